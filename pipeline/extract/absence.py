"""Logs that the lake holds and the server does not show now: deleted, or closed to this token, as far as that can be told."""

from typing import NamedTuple

from pipeline.errors import Missing, Refused, ServerError, ServerFailure
from pipeline.extract.sources import is_fatal
from pipeline.quay.inventory import Directory
from pipeline.quay.scopes import Scope, ScopeKind

GONE = (Missing, Refused, ServerFailure)
"""What asking for a log may fail with that is not there, or not for this token."""


class Absent(NamedTuple):
    """A log that cannot be read now, and why, as far as that can be told."""

    is_deleted: bool
    reason: str


def absence_of(scope: Scope, error: ServerError, directory: Directory) -> Absent:
    """Why a log is not there. Raises `error` where asking for another log would be useless too.

    Quay answers the same for a missing right and a missing namespace: only its own lists tell them apart, and only
    superusers may see them.
    """
    if is_fatal(error):
        raise error
    try:
        if scope.namespace and scope.namespace not in directory.namespaces():
            return Absent(True, f"the server has no namespace {scope.namespace}")
        if scope.kind is ScopeKind.REPO and scope.repository not in directory.repositories(scope.namespace):
            return Absent(True, f"the server shows no repository {scope.repository} there")
    except ServerError as trouble:
        if is_fatal(trouble):
            raise
    return Absent(isinstance(error, Missing), error.what)
