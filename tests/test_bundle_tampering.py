"""Promises of verify: not a byte of a bundle can be changed, and what was changed is told by name."""

import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from pipeline.custody.archive import write_archive
from pipeline.custody.index import INDEX_FILE, SIGNATURE_FILE
from pipeline.custody.pieces import piece_from_bytes
from pipeline.custody.verification import verified
from tests.bundles import KEY, OTHER_KEY, Sealed, findings, places, seal

FLIPS_A_CLASS = 60
CUTS = 150
SWAPS = 150


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """A bundle with everything in it; tests only read it."""
    return seal(tmp_path_factory.mktemp("bundle"), with_rows=True)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Where a changed copy goes."""
    return tmp_path / "copy.zip"


def classes_of_bytes(bundle: Path) -> dict[str, list[int]]:
    """Every byte of a bundle by what it is: header, name or content of each sort of file, directory, ending."""
    found: dict[str, list[int]] = {}
    with zipfile.ZipFile(bundle) as archive:
        for each in archive.infolist():
            sort, name = each.filename.partition("/")[0], each.header_offset + 30
            content = name + len(each.filename)
            found.setdefault(f"header of {sort}", []).extend(range(each.header_offset, name))
            found.setdefault(f"name of {sort}", []).extend(range(name, content))
            found.setdefault(f"content of {sort}", []).extend(range(content, content + each.file_size))
        directory = archive.start_dir
    end = bundle.stat().st_size
    found["directory"] = list(range(directory, end - 22))
    found["ending"] = list(range(end - 22, end))
    return found


def test_an_honest_bundle_verifies(bundle: Sealed) -> None:
    assert verified(bundle.file, KEY.public).index == bundle.index


def test_every_byte_belongs_to_a_class(bundle: Sealed) -> None:
    counted = sorted(at for places in classes_of_bytes(bundle.file).values() for at in places)
    assert counted == list(range(bundle.file.stat().st_size))


def test_flips_in_every_class_of_bytes_are_detected(bundle: Sealed, copy: Path) -> None:
    random, content, flips = Random(1), bundle.file.read_bytes(), 0
    for sort, places_of_class in sorted(classes_of_bytes(bundle.file).items()):
        for at in random.choices(places_of_class, k=FLIPS_A_CLASS):
            changed = bytearray(content)
            changed[at] ^= 1 << random.randrange(8)
            copy.write_bytes(changed)
            assert findings(copy), f"{sort}: byte {at}"
            flips += 1
    assert flips >= 500


def test_truncations_are_detected(bundle: Sealed, copy: Path) -> None:
    random, content = Random(2), bundle.file.read_bytes()
    for length in [0, 1, 29, 30, len(content) - 1, *(random.randrange(len(content)) for _ in range(CUTS))]:
        copy.write_bytes(content[:length])
        assert findings(copy), length


def test_swaps_of_bytes_are_detected(bundle: Sealed, copy: Path) -> None:
    random, content = Random(3), bundle.file.read_bytes()
    for _ in range(SWAPS):
        size = random.choice([1, 4, 64])
        first, second = sorted(random.sample(range(0, len(content) - size, size), 2))
        changed = bytearray(content)
        changed[first : first + size], changed[second : second + size] = (
            content[second : second + size],
            content[first : first + size],
        )
        if changed != content:
            copy.write_bytes(changed)
            assert findings(copy), (first, second, size)


@pytest.mark.parametrize("added", [b"\0", b"x", b"PK\x05\x06" + bytes(18), bytes(70_000)])
def test_bytes_before_between_and_after_are_detected(added: bytes, bundle: Sealed, copy: Path) -> None:
    content = bundle.file.read_bytes()
    with zipfile.ZipFile(bundle.file) as archive:
        between = archive.infolist()[5].header_offset
        directory = archive.start_dir
    for at in (0, between, directory, len(content)):
        copy.write_bytes(content[:at] + added + content[at:])
        assert findings(copy), at


def test_a_comment_of_the_zip_is_detected(bundle: Sealed, copy: Path) -> None:
    content = bytearray(bundle.file.read_bytes())
    struct.pack_into("<H", content, len(content) - 2, 5)
    copy.write_bytes(content + b"hello")
    assert findings(copy)


Change = Callable[[dict[str, bytes]], dict[str, bytes]]


def packed(files: dict[str, bytes], file: Path, compression: int = zipfile.ZIP_STORED) -> None:
    """The files in a zip as any other program would make it."""
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, compression)


def packed_alike(files: dict[str, bytes], file: Path) -> None:
    """The files as one who knows the format would pack them."""
    with file.open("wb") as opened:
        write_archive(opened, [piece_from_bytes(*each).source for each in files.items()])


def files_of(bundle: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(bundle) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written_over(bundle: Path, name: str, old: bytes, new: bytes) -> bytes:
    """The bundle's bytes with something in one file replaced by as many bytes."""
    content = bundle.read_bytes()
    with zipfile.ZipFile(bundle) as archive:
        start = archive.getinfo(name).header_offset
    at = content.index(old, start)
    return content[:at] + new + content[at + len(old) :]


def test_an_edited_cell_is_told_by_its_file(bundle: Sealed, copy: Path) -> None:
    name = "report/populations/d-access.csv"
    copy.write_bytes(written_over(bundle.file, name, b"bob,admin", b"bob,write"))
    assert places(copy) == [name]


def test_an_edited_state_and_an_edited_manifest_are_told_by_their_files(bundle: Sealed, copy: Path) -> None:
    state = "windows/org%2Facme/2026-11-21.json"
    copy.write_bytes(written_over(bundle.file, state, b'"verified"', b'"VERIFIED"'))
    assert places(copy) == [state]
    manifest = "chain/00000002.json"
    copy.write_bytes(written_over(bundle.file, manifest, b'"previous_sha256": "', b'"previous_sha256": \''))
    assert places(copy) == [manifest]


def test_a_forged_previous_hash_is_told_by_its_manifest(bundle: Sealed, copy: Path) -> None:
    held = files_of(bundle.file)["chain/00000003.json"]
    at = held.index(b'"previous_sha256": "') + 20
    copy.write_bytes(written_over(bundle.file, "chain/00000003.json", held[at : at + 64], b"0" * 64))
    assert places(copy) == ["chain/00000003.json"]


def without(name: str) -> Change:
    return lambda files: {each: content for each, content in files.items() if each != name}


def with_deleted_row(files: dict[str, bytes]) -> dict[str, bytes]:
    name = "report/populations/d-access.csv"
    return files | {name: files[name].replace(b"carol,read\n", b"")}


def with_days_swapped(files: dict[str, bytes]) -> dict[str, bytes]:
    one, other = "windows/all/2026-11-20.json", "windows/all/2026-11-21.json"
    return files | {one: files[other], other: files[one]}


def with_days_reordered(files: dict[str, bytes]) -> dict[str, bytes]:
    one, other = "windows/all/2026-11-20.json", "windows/all/2026-11-21.json"
    names = [{one: other, other: one}.get(name, name) for name in files]
    return {name: files[name] for name in names}


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (without("windows/all/2026-11-21.json"), "windows/all/2026-11-21.json"),
        (without("entries/all/2026-11-21.parquet"), "entries/all/2026-11-21.parquet"),
        (without("chain/00000002.json"), "chain/00000002.json"),
        (without(SIGNATURE_FILE), INDEX_FILE),
        (with_deleted_row, "report/populations/d-access.csv"),
        (with_days_reordered, "windows/all/2026-11-21.json"),
        (lambda files: files | {"report/extra.txt": b"x"}, "report/extra.txt"),
    ],
)
def test_a_bundle_that_was_packed_again_with_a_change_is_told_by_the_file(
    change: Change, where: str, bundle: Sealed, copy: Path
) -> None:
    packed_alike(change(files_of(bundle.file)), copy)
    assert where in places(copy)


def test_two_windows_states_swapped_are_told(bundle: Sealed, copy: Path) -> None:
    packed_alike(with_days_swapped(files_of(bundle.file)), copy)
    assert set(places(copy)) & {"windows/all/2026-11-20.json", "windows/all/2026-11-21.json"}


def test_the_same_files_packed_by_another_program_are_no_bundle(bundle: Sealed, copy: Path) -> None:
    for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        packed(files_of(bundle.file), copy, compression)
        assert findings(copy)


def test_a_name_that_is_there_twice_is_told(bundle: Sealed, copy: Path) -> None:
    copy.write_bytes(bundle.file.read_bytes())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(copy, "a") as archive:
        archive.writestr("report/report.json", b"{}")
    assert "report/report.json" in places(copy)


def test_another_key_is_told_by_both_names(bundle: Sealed) -> None:
    ((where, what),) = findings(bundle.file, OTHER_KEY)
    assert where == INDEX_FILE
    assert KEY.public.key_id in what
    assert OTHER_KEY.public.key_id in what


def test_a_signature_by_another_key_under_the_right_name_is_refused(bundle: Sealed, copy: Path) -> None:
    files = files_of(bundle.file)
    forged = OTHER_KEY.sign(files[INDEX_FILE])
    copy.write_bytes(written_over(bundle.file, SIGNATURE_FILE, files[SIGNATURE_FILE], forged))
    assert places(copy) == [INDEX_FILE]


@pytest.mark.parametrize(
    "content", [b"", b"PK", os.urandom(100_000), b"%PDF-1.7\n" * 50, b"PK\x03\x04" * 5000]
)
def test_any_other_file_is_no_bundle(content: bytes, copy: Path) -> None:
    copy.write_bytes(content)
    assert places(copy) == [INDEX_FILE]


def test_a_size_of_four_gigabytes_is_not_believed(bundle: Sealed, copy: Path) -> None:
    content = bytearray(bundle.file.read_bytes())
    struct.pack_into("<2L", content, 18, 0xFFFFFFFF, 0xFFFFFFFF)
    copy.write_bytes(content)
    assert places(copy) == [INDEX_FILE]
