"""Sigma rules: read into detections like any other, and detections of ours written as Sigma rules.

This module alone can be imported without the extra `sigma`.
"""

from importlib.util import find_spec

from pipeline.errors import UsageError


def require_reader() -> None:
    """Raises UsageError where pySigma is not installed."""
    if find_spec("sigma") is None:
        hint = "install the extra: pip install 'quay-audit-pipeline[sigma]'"
        raise UsageError("Sigma rules need pySigma, which is not installed", hint=hint)
