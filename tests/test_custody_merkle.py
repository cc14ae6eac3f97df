"""Promises of the Merkle tree: the root that RFC 6962 says, and paths that lead to it from one leaf at one place alone."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.custody.merkle import leaf_hash, node_hash, path_to, root_from_path, root_of

# The data and roots of the reference implementation of RFC 6962 (google/certificate-transparency, merkle_tree_test).
_DATA = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

leaves_of_trees = st.lists(st.binary(max_size=8).map(leaf_hash), min_size=1, max_size=70)


@pytest.mark.parametrize("count", range(1, len(_DATA) + 1))
def test_roots_are_those_of_the_reference(count: int) -> None:
    assert root_of(leaf_hash(bytes.fromhex(each)) for each in _DATA[:count]).hex() == _ROOTS[count - 1]


def test_no_leaf_at_all_has_the_hash_of_nothing() -> None:
    assert root_of([]) == sha256(b"").digest()


def as_the_rfc_defines_it(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(as_the_rfc_defines_it(leaves[:split]), as_the_rfc_defines_it(leaves[split:]))


@given(leaves_of_trees)
def test_the_root_is_what_the_rfc_defines(leaves: list[bytes]) -> None:
    assert root_of(leaves) == as_the_rfc_defines_it(leaves)


@given(leaves_of_trees, st.data())
def test_the_path_of_every_leaf_leads_to_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(leaves) - 1))
    assert root_from_path(leaves[at], at, len(leaves), path_to(at, leaves)) == root_of(leaves)


@given(st.integers(1, 70), st.data())
def test_a_path_leads_to_the_root_from_its_own_place_alone(count: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(count)]
    at, claimed = data.draw(st.integers(0, count - 1)), data.draw(st.integers(-1, count + 1))
    is_proven = root_from_path(leaves[at], claimed, count, path_to(at, leaves)) == root_of(leaves)
    assert is_proven == (claimed == at)


@given(leaves_of_trees, st.data())
def test_a_path_that_is_cut_lengthened_or_changed_leads_elsewhere(
    leaves: list[bytes], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(leaves) - 1))
    path = path_to(at, leaves)
    changed = [bytes([each[0] ^ 1]) + each[1:] for each in path]
    for forged in ([*path, leaves[0]], path[:-1], changed):
        if forged != path:
            assert root_from_path(leaves[at], at, len(leaves), forged) != root_of(leaves)


def test_a_node_cannot_be_passed_off_as_a_leaf() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right) == root_of([left, right])
