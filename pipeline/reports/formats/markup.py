"""HTML in which text is text: whatever is not made by `element` is escaped, here and nowhere else."""

from collections.abc import Iterable
from html import escape

_EMPTY = frozenset({"meta", "br"})


class Markup(str):
    """Text that is HTML already; only this module makes it, and of a style sheet of ours."""

    __slots__ = ()


def element(tag: str, *children: str, **attributes: str) -> Markup:
    """An element: its children escaped unless they are elements, its attributes always.

    An attribute that is a word of Python ends with `_`; other `_` become `-`.
    """
    words = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_escaped(value)}"' for name, value in attributes.items()
    )
    if tag in _EMPTY:
        return Markup(f"<{tag}{words}>")
    return Markup(f"<{tag}{words}>{joined(children)}</{tag}>")


def joined(children: Iterable[str]) -> Markup:
    """The children side by side, each escaped unless it is an element."""
    return Markup("".join(child if isinstance(child, Markup) else _escaped(child) for child in children))


def _escaped(text: str) -> str:
    return escape(text, quote=True)
