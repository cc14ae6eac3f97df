"""What the settings say about detections: which are off, and parameters other than those of the file."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from pipeline.config.values import nearest
from pipeline.detect.rules import Detection, Parameter
from pipeline.errors import SettingsError

ENABLED: Final = "enabled"


def detections_as_set(
    detections: Sequence[Detection], overrides: Mapping[str, Mapping[str, Any]]
) -> list[Detection]:
    """The detections that are on, with the parameters that are set for them, in the same order.

    Raises: SettingsError for an id or a parameter that is none, and for a value of another type.
    """
    by_id = {detection.id: detection for detection in detections}
    for wanted in overrides:
        if wanted not in by_id:
            raise SettingsError(
                "there is no such detection", where=f"[detections.{wanted}]", hint=_hint(wanted, by_id)
            )
    return [
        _as_set(detection, overrides.get(detection.id, {}))
        for detection in detections
        if _is_enabled(detection, overrides.get(detection.id, {}))
    ]


def _is_enabled(detection: Detection, given: Mapping[str, Any]) -> bool:
    is_enabled = given.get(ENABLED, True)
    if not isinstance(is_enabled, bool):
        raise SettingsError(
            f"{ENABLED} is {is_enabled!r}", where=_place(detection), hint="give true or false"
        )
    return is_enabled


def _as_set(detection: Detection, given: Mapping[str, Any]) -> Detection:
    params = dict(detection.params)
    for name, value in given.items():
        if name == ENABLED:
            continue
        if name not in params:
            known = {**params, ENABLED: True}
            raise SettingsError(f"{name} is no parameter", where=_place(detection), hint=_hint(name, known))
        params[name] = _value(detection, name, value)
    return replace(detection, params=params)


def _value(detection: Detection, name: str, value: Any) -> Parameter:
    """The value in the type of the one that it takes the place of; a whole number will do for a fraction."""
    usual = detection.params[name]
    if isinstance(usual, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    is_list = isinstance(value, list) and all(isinstance(item, str) for item in value)
    if type(value) is not type(usual) or (isinstance(usual, list) and not is_list):
        raise SettingsError(
            f"{name} is {value!r}", where=_place(detection), hint=f"give a value such as {usual!r}"
        )
    return value


def _place(detection: Detection) -> str:
    return f"[detections.{detection.id}]"


def _hint(word: str, known: Mapping[str, Any]) -> str:
    near = nearest(word, known)
    return f"did you mean {near}?" if near else f"there are {', '.join(known)}"
