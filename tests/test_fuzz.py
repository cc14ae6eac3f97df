"""Promises of every reader of bytes from elsewhere, kept for honest inputs, for what fuzzing found, and for changes of both."""

from random import Random

import pytest

from tests.fuzz.mutations import with_other_json
from tests.fuzz.seeds import KEPT, READERS

TAKEN = "taken-"
FOUND = sorted(file.relative_to(KEPT) for file in KEPT.glob("*/*"))


@pytest.mark.parametrize("name", READERS)
def test_an_honest_input_is_taken(name: str) -> None:
    read, honest = READERS[name]
    assert all(read(content) for content in honest())


@pytest.mark.parametrize("place", FOUND, ids=str)
def test_what_fuzzing_has_found_is_taken_or_refused_as_it_says(place: str) -> None:
    file = KEPT / place
    read, _ = READERS[file.parent.name]
    assert read(file.read_bytes()) is file.name.startswith(TAKEN)


def test_every_reader_has_inputs_that_were_found_and_they_are_small() -> None:
    assert {file.parts[0] for file in FOUND} == set(READERS)
    assert sum((KEPT / file).stat().st_size for file in FOUND) < 64 << 10


@pytest.mark.parametrize("name", READERS)
def test_no_change_of_an_honest_input_breaks_a_reader(name: str) -> None:
    read, honest = READERS[name]
    random = Random(name)
    for content in honest():
        for _ in range(40):
            read(with_other_json(content, random.getrandbits(32), lambda: changed(content, random)))  # noqa: B023


def changed(content: bytes, random: Random) -> bytes:
    """Some bytes flipped, taken out, or put in twice."""
    copy = bytearray(content)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(copy))
        copy[at] ^= 1 << random.randrange(8)
        end = at + random.randrange(20)
        copy[at:end] = random.choice((b"", copy[at:end], copy[at:end] * 2))
        if not copy:
            return b""
    return bytes(copy)
