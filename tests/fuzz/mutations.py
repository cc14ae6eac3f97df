"""Changes that keep JSON what it is, so that fuzzing gets behind the first brace."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

MOST_BYTES = 1 << 16

_ODD_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1 << 63, 1 << 64, 10**40, 0.1, float("nan"), float("inf"), "", "\x00", "\ud800", "\u202e", "\u0662",
    "},{\"kind\":", "'; drop table x --", [], {}, [[]], {"": None}, {"terminator": True}, {"kind": "x"},
    "Fri, 31 Dec 9999 23:59:59 -0500", "Fri, 20 Nov 2026 10:25:25 -0000", "2026-11-20", "0001-01-01 00:00:00+23:59",
)  # fmt: skip


def with_other_json(data: bytes, seed: int, otherwise: Callable[[], bytes]) -> bytes:
    """The same JSON with one value, key or length changed; what `otherwise` gives for anything that is no JSON."""
    random = Random(seed)
    try:
        held = [json.loads(data)]
    except (ValueError, RecursionError):
        return otherwise()
    for _ in range(random.randint(1, 3)):
        _change(held, random)
    try:
        return json.dumps(held[0], ensure_ascii=random.random() < 0.8).encode()[:MOST_BYTES]
    except (ValueError, RecursionError):
        return otherwise()


def _change(held: list[Any], random: Random) -> None:
    container, place = _somewhere(held, random)
    value = container[place]
    match random.randrange(6):
        case 0 | 1:
            container[place] = random.choice(_ODD_VALUES)
        case 2 if isinstance(container, dict):
            del container[place]
        case 2 | 3 if isinstance(container, list) and container is not held:
            container.insert(place, value)
        case 4:
            container[place] = _nested(value, random.choice((1, 3, 400, 700)))
        case _ if isinstance(value, dict):
            value[random.choice(("kind", "logs", "x", "\ud800", "datetime"))] = random.choice(_ODD_VALUES)
        case _ if isinstance(value, str):
            value = value[: random.randrange(len(value) + 1)]
            container[place] = value + random.choice(("", "\\", '"', "é"))


def _somewhere(held: list[Any], random: Random) -> tuple[Any, Any]:
    container: Any = held
    place: Any = 0
    while isinstance(inner := container[place], dict | list) and inner and random.random() < 0.8:
        container = inner
        place = random.choice(list(inner)) if isinstance(inner, dict) else random.randrange(len(inner))
    return container, place


def _nested(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = [value]
    return value
