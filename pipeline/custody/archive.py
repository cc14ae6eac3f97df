"""The zip of a bundle: one sequence of bytes for one list of files, so that nothing can hide in it.

Contents are stored, not compressed: sizes are what they seem, and no other version of a library packs them otherwise.
Any unzip opens it. Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 and 4.4.
"""

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Final, NamedTuple

BLOCK_BYTES: Final = 1 << 20
MOST_BYTES: Final = (1 << 32) - 1
_MOST_MEMBERS: Final = 0xFFFF - 1
_FIRST_DAY_OF_ZIP: Final = 0x0021  # 1980-01-01
_UTF8: Final = 0x0800
_VERSION: Final = 20
_VERSION_64: Final = 45
_UNIX: Final = 3 << 8
_READABLE_FILE: Final = 0o100644 << 16
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_END_BYTES = _END.size + _END_64.size + _LOCATOR_64.size  # at most


class Member(NamedTuple):
    """One file of a zip. Units: bytes."""

    name: str
    size: int
    crc32: int


class Source(NamedTuple):
    """A file that is to go into a zip, and how to read it."""

    member: Member
    blocks: Callable[[], Iterator[bytes]]


def write_archive(file: IO[bytes], sources: Iterable[Source]) -> None:
    """Write the zip of these files, in their order; the same files give the same bytes."""
    members = []
    for source in sources:
        members.append(source.member)
        file.write(local_header(source.member))
        for block in source.blocks():
            file.write(block)
    file.write(directory(members))


def size_of(members: Iterable[Member]) -> int:
    """How many bytes the zip of these files has."""
    held = list(members)
    return (
        sum(header_size(member.name) + member.size for member in held)
        + sum(map(_record_size, held))
        + _END_BYTES
    )


def _record_size(member: Member) -> int:
    return _CENTRAL.size + len(member.name.encode())


def local_header(member: Member) -> bytes:
    """What stands before the content of a file."""
    name = member.name.encode()
    fields = (*_attributes(member), member.crc32, member.size, member.size, len(name), 0)
    return _LOCAL.pack(b"PK\x03\x04", _VERSION, *fields) + name


def size_in_header(header: bytes) -> int:
    """The size that a local header names, whatever else it says; raises struct.error where it is cut short."""
    return int(_LOCAL.unpack(header[: _LOCAL.size])[8])


def header_size(name: str) -> int:
    """How many bytes the local header of a file has."""
    return _LOCAL.size + len(name.encode())


def directory(members: Iterable[Member]) -> bytes:
    """What stands behind the last file: every file once more, with its place, and the end of the zip."""
    held = list(members)
    records, offset = [], 0
    for member in held:
        records.append(_record(member, offset))
        offset += header_size(member.name) + member.size
    body = b"".join(records)
    return body + _ending(len(held), len(body), offset)


def crc32_of(content: bytes, before: int = 0) -> int:
    """The checksum that a zip keeps of each file, of content that comes in blocks."""
    return zlib.crc32(content, before)


def _attributes(member: Member) -> tuple[int, int, int, int]:
    return (0 if member.name.isascii() else _UTF8, 0, 0, _FIRST_DAY_OF_ZIP)


def _record(member: Member, offset: int) -> bytes:
    name = member.name.encode()
    sizes = (member.crc32, member.size, member.size, len(name), 0, 0)
    fields = (_UNIX | _VERSION, _VERSION, *_attributes(member), *sizes, 0, 0, _READABLE_FILE, offset)
    return _CENTRAL.pack(b"PK\x01\x02", *fields) + name


def _ending(count: int, size: int, offset: int) -> bytes:
    if count <= _MOST_MEMBERS:
        return _END.pack(b"PK\x05\x06", 0, 0, count, count, size, offset, 0)
    whole = _END_64.pack(
        b"PK\x06\x06", _END_64.size - 12, _UNIX | _VERSION_64, _VERSION_64, 0, 0, count, count, size, offset
    )
    locator = _LOCATOR_64.pack(b"PK\x06\x07", 0, offset + size, 1)
    return whole + locator + _END.pack(b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, size, offset, 0)
