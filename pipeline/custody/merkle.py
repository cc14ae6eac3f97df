"""One hash over many rows in order, and short proofs that a row is among them, as RFC 6962 makes them (section 2.1)."""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import pairwise


def leaf_hash(content: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees. No leaf has the same, whatever it holds: the first byte differs."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes, in their order: in memory is one hash for each level of the tree.

    Without a leaf it is the hash of nothing.
    """
    peaks: list[bytes] = []
    for count, leaf in enumerate(leaves, 1):
        top = leaf
        while count % 2 == 0:
            top = node_hash(peaks.pop(), top)
            count //= 2
        peaks.append(top)
    if not peaks:
        return hashlib.sha256().digest()
    top = peaks.pop()
    while peaks:
        top = node_hash(peaks.pop(), top)
    return top


def path_to(position: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The hashes that lead from the leaf at `position` to the root, from the leaf upwards."""
    path, level = [], list(leaves)
    while len(level) > 1:
        beside = position ^ 1
        if beside < len(level):
            path.append(level[beside])
        level = _level_above(level)
        position //= 2
    return path


def root_from_path(leaf: bytes, position: int, count: int, path: Sequence[bytes]) -> bytes | None:
    """The root of the tree of `count` leaves in which `path` leads from this leaf; None where no such path exists.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= position < count:
        return None
    node, last, top = position, count - 1, leaf
    for beside in path:
        if last == 0:
            return None
        if node % 2 or node == last:
            top = node_hash(beside, top)
            while node and node % 2 == 0:
                node, last = node // 2, last // 2
        else:
            top = node_hash(top, beside)
        node, last = node // 2, last // 2
    return top if last == 0 else None


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    """A hash without a neighbour goes up as it is."""
    above = [node_hash(left, right) for left, right in list(pairwise(level))[::2]]
    return above if len(level) % 2 == 0 else [*above, level[-1]]
