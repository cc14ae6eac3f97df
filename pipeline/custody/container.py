"""Reads a bundle's zip as the one sequence of bytes that its index allows; what differs is told by name."""

import hashlib
import os
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Final

from pipeline.custody.archive import (
    BLOCK_BYTES,
    Member,
    crc32_of,
    directory,
    header_size,
    local_header,
    size_in_header,
)
from pipeline.custody.index import INDEX_FILE, SIGNATURE_FILE, Index, Listed
from pipeline.custody.keys import SIGNATURE_BYTES
from pipeline.lake.inspection import Finding

_MOST_INDEX_BYTES: Final = 1 << 28
_CRC_IN_HEADER = slice(14, 18)
_ENDING: Final = "the end of the zip"
_TORN = (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, struct.error, EOFError)


@dataclass(frozen=True)
class Lead:
    """What a bundle begins with."""

    index: bytes
    signature: bytes

    @property
    def members(self) -> list[Member]:
        """Both as files of the zip."""
        named = ((INDEX_FILE, self.index), (SIGNATURE_FILE, self.signature))
        return [Member(name, len(content), crc32_of(content)) for name, content in named]


def read_lead(file: IO[bytes]) -> Lead | None:
    """The index and its signature; None where the file does not begin with exactly these two."""
    file.seek(0)
    index = _leading(file, INDEX_FILE, _MOST_INDEX_BYTES)
    signature = _leading(file, SIGNATURE_FILE, SIGNATURE_BYTES) if index is not None else None
    return None if index is None or signature is None else Lead(index, signature)


def misfits(file: IO[bytes], lead: Lead, index: Index) -> list[Finding]:
    """Where the rest of the file is not what a sealed bundle with this index is, byte for byte.

    Units: in memory is one block, and the directory of the zip.
    """
    walk = _Walk(file, lead)
    findings = [finding for listed in index.files if (finding := walk.step(listed))]
    if not findings:
        findings = walk.ending()
    if walk.is_lost:
        sizes = {member.name: member.size for member in lead.members}
        sizes |= {listed.name: listed.size for listed in index.files}
        return _differences(file, sizes) or findings
    return findings


class Contents:
    """The contents of a bundle in which there are no `misfits`."""

    def __init__(self, file: IO[bytes], lead: Lead, index: Index) -> None:
        self._file = file
        self._places: dict[str, tuple[int, int]] = {}
        offset = sum(header_size(member.name) + member.size for member in lead.members)
        for listed in index.files:
            offset += header_size(listed.name)
            self._places[listed.name] = (offset, listed.size)
            offset += listed.size

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def blocks(self, name: str) -> Iterator[bytes]:
        """The content of a file, a block at a time."""
        offset, size = self._places[name]
        self._file.seek(offset)
        return _blocks(self._file, size)

    def read(self, name: str) -> bytes:
        """The content of a file."""
        return b"".join(self.blocks(name))


class _Walk:
    """Goes through the files in the order of the index. `is_lost` once a file is not where it belongs."""

    def __init__(self, file: IO[bytes], lead: Lead) -> None:
        self._file = file
        self._members = lead.members
        self.is_lost = False

    def step(self, listed: Listed) -> Finding | None:
        if self.is_lost:
            return None
        header = self._file.read(header_size(listed.name))
        digest, crc32, size = hashlib.sha256(), 0, 0
        for block in _blocks(self._file, listed.size):
            digest.update(block)
            crc32, size = crc32_of(block, crc32), size + len(block)
        member = Member(listed.name, listed.size, crc32)
        self._members.append(member)
        if (is_same := digest.hexdigest() == listed.sha256) and header == local_header(member):
            return None
        if is_same:
            return Finding(listed.name, "what the zip says of this file is not what was sealed")
        if size == listed.size and _without_crc(header) == _without_crc(local_header(member)):
            return Finding(listed.name, "not the content that was sealed")
        self.is_lost = True
        return Finding(listed.name, "not the file that was sealed at this place")

    def ending(self) -> list[Finding]:
        due = directory(self._members)
        held = self._file.read(len(due) + 1)
        if held == due:
            return []
        self.is_lost = True
        return [Finding(_ENDING, "not what was sealed: cut short, changed, or something was added")]


def _leading(file: IO[bytes], name: str, most: int) -> bytes | None:
    header = file.read(header_size(name))
    try:
        size = size_in_header(header)
    except struct.error:
        return None
    content = file.read(size) if size <= most else b""
    return content if header == local_header(Member(name, size, crc32_of(content))) else None


def _blocks(file: IO[bytes], size: int) -> Iterator[bytes]:
    while size and (block := file.read(min(size, BLOCK_BYTES))):
        size -= len(block)
        yield block


def _without_crc(header: bytes) -> bytes:
    return header[: _CRC_IN_HEADER.start] + header[_CRC_IN_HEADER.stop :]


def _differences(file: IO[bytes], sizes: Mapping[str, int]) -> list[Finding]:
    """What a reader of any zip says that differs: only to explain, as it takes zips that were packed otherwise."""
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            held = archive.infolist()
    except _TORN:
        return [
            Finding(
                _ENDING, f"not there: the file is cut short or torn after {file.seek(0, os.SEEK_END):,} bytes"
            )
        ]
    counts = Counter(each.filename for each in held)
    findings = [Finding(name, "this file is missing") for name in sizes if name not in counts]
    findings += [Finding(name, "this file is not in the index") for name in counts if name not in sizes]
    findings += [Finding(name, f"this file is there {n} times") for name, n in counts.items() if n > 1]
    for each in held:
        if each.file_size != sizes.get(each.filename, each.file_size):
            what = f"has {each.file_size:,} bytes, not the {sizes[each.filename]:,} that were sealed"
            findings.append(Finding(each.filename, what))
        elif each.compress_type != zipfile.ZIP_STORED:
            findings.append(Finding(each.filename, "was packed again: a bundle holds its files as they are"))
    if not findings:
        moved = [name for name, due in zip(counts, sizes, strict=True) if name != due]
        findings = [
            Finding(name, "this file stands at another place than it was sealed at") for name in moved[:1]
        ]
    return findings
