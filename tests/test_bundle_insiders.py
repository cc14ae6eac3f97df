"""Promises of verify towards whoever holds the key: what they sealed must not contradict itself."""

import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from pipeline.custody.archive import write_archive
from pipeline.custody.index import INDEX_FILE, SIGNATURE_FILE, RootedWindow, bytes_from_index, window_leaf
from pipeline.custody.merkle import root_of
from pipeline.custody.pieces import piece_from_bytes
from tests.bundles import KEY, Sealed, places, seal


def resealed(made: Sealed, change: Callable[[dict[str, bytes]], None], **fields: object) -> Path:
    """The bundle with changed files or fields of the index, signed with the right key by somebody who cheats."""
    with zipfile.ZipFile(made.file) as archive:
        files = {name: archive.read(name) for name in archive.namelist()[2:]}
    change(files)
    pieces = [piece_from_bytes(name, content) for name, content in files.items()]
    index = msgspec.structs.replace(made.index, files=[each.listed for each in pieces], **fields)
    content = bytes_from_index(index)
    lead = [piece_from_bytes(INDEX_FILE, content), piece_from_bytes(SIGNATURE_FILE, KEY.sign(content))]
    with made.file.open("wb") as file:
        write_archive(file, [each.source for each in (*lead, *pieces)])
    return made.file


def nothing(files: dict[str, bytes]) -> None:
    """Leaves the files alone."""


def forge_previous(files: dict[str, bytes]) -> None:
    held = json.loads(files["chain/00000003.json"])
    files["chain/00000003.json"] = json.dumps(held | {"previous_sha256": "0" * 64}).encode()


def drop_link(files: dict[str, bytes]) -> None:
    del files["chain/00000002.json"]


def swap_links(files: dict[str, bytes]) -> None:
    one, other = "chain/00000001.json", "chain/00000002.json"
    files[one], files[other] = files[other], files[one]


def swap_states(files: dict[str, bytes]) -> None:
    one, other = "windows/all/2026-11-20.json", "windows/all/2026-11-21.json"
    files[one], files[other] = files[other], files[one]


def drop_state(files: dict[str, bytes]) -> None:
    del files["windows/all/2026-11-21.json"]


def swap_rows(files: dict[str, bytes]) -> None:
    one, other = "entries/all/2026-11-20.parquet", "entries/all/2026-11-21.parquet"
    files[one], files[other] = files[other], files[one]


def spoil_rows(files: dict[str, bytes]) -> None:
    files["entries/all/2026-11-20.parquet"] = b"PAR1"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (forge_previous, "chain/00000003.json"),
        (drop_link, "chain/00000002.json"),
        (swap_links, "chain/00000001.json"),
        (swap_states, "windows/all/2026-11-20.json"),
        (drop_state, "windows/all/2026-11-21.json"),
        (swap_rows, "entries/all/2026-11-20.parquet"),
        (spoil_rows, "entries/all/2026-11-20.parquet"),
    ],
)
def test_who_holds_the_key_cannot_seal_a_contradiction(
    change: Callable[[dict[str, bytes]], None], where: str, tmp_path: Path
) -> None:
    assert where in places(resealed(seal(tmp_path, with_rows=True), change))


def test_who_holds_the_key_cannot_leave_out_reorder_or_change_a_day(tmp_path: Path) -> None:
    made = seal(tmp_path)
    windows = made.index.windows

    def told(changed: Sequence[RootedWindow]) -> list[str]:
        root = root_of(map(window_leaf, changed)).hex()
        rows = sum(each.rows for each in changed)
        return places(resealed(made, nothing, windows=list(changed), root=root, rows=rows))

    assert told([*windows]) == []
    assert told([*windows[:1], *windows[2:]]) == [windows[1].label]
    assert told([windows[1], windows[0], *windows[2:]]) == [windows[0].label]
    assert told([*windows, windows[-1]]) == [windows[-1].label]
    more = msgspec.structs.replace(windows[0], rows=windows[0].rows + 1)
    assert told([more, *windows[1:]]) == [windows[0].label]
    strange = msgspec.structs.replace(windows[-1], scope="org/z")
    assert "org/z 2026-11-22" in told([*windows, strange])


def test_who_holds_the_key_cannot_seal_a_root_that_is_none(tmp_path: Path) -> None:
    made = seal(tmp_path)
    assert places(resealed(made, nothing, root="0" * 64)) == [INDEX_FILE]
    assert places(resealed(made, nothing, rows=made.index.rows + 1)) == [INDEX_FILE]
    head = msgspec.structs.replace(made.index.chain, last_sha256="0" * 64)
    assert places(resealed(made, nothing, chain=head)) == [INDEX_FILE]
    assert places(resealed(made, nothing, format="quay-audit bundle 2")) == [INDEX_FILE]


def test_a_wrong_root_of_a_window_is_told_where_the_rows_are_there(tmp_path: Path) -> None:
    made = seal(tmp_path, with_rows=True)
    wrong = msgspec.structs.replace(made.index.windows[0], root="0" * 64)
    windows = [wrong, *made.index.windows[1:]]
    root = root_of(map(window_leaf, windows)).hex()
    assert places(resealed(made, nothing, windows=windows, root=root)) == ["entries/all/2026-11-20.parquet"]
