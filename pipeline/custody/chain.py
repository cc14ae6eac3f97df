"""The chain of manifests as a bundle carries it: whole from the first, and what it says last of each window."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from pipeline.custody.index import RootedWindow, digest_of
from pipeline.lake.inspection import Finding
from pipeline.lake.ledger import Manifest, SealedWindow

Key = tuple[str, date]

_decode_manifest: Callable[[bytes], Manifest] = msgspec.json.Decoder(Manifest).decode


class Chain(NamedTuple):
    """Manifests in order, and what is wrong with them."""

    manifests: list[Manifest]
    findings: list[Finding]

    def sealed(self, since: date, until: date) -> dict[Key, SealedWindow]:
        """The newest word of the chain on every window of these days, both included."""
        return {
            (window.scope, window.day): window
            for manifest in self.manifests
            for window in manifest.windows
            if since <= window.day <= until
        }

    def length_for(self, since: date, until: date) -> int:
        """How many manifests there are up to the last one that names a window of these days."""
        named = (
            number
            for number, manifest in enumerate(self.manifests, 1)
            if any(since <= window.day <= until for window in manifest.windows)
        )
        return max(named, default=0)


def read_chain(files: Iterable[tuple[str, bytes]]) -> Chain:
    """The chain that these files hold, each with its name, oldest first. It ends before the first that is no manifest."""
    manifests: list[Manifest] = []
    findings: list[Finding] = []
    previous: str | None = None
    for number, (name, content) in enumerate(files, 1):
        try:
            manifest = _decode_manifest(content)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return Chain(manifests, [*findings, Finding(name, "this is no manifest")])
        if manifest.sequence != number:
            what = f"manifest {number} was due here: one is missing, or out of order"
            findings.append(Finding(name, what))
        if manifest.previous_sha256 != previous:
            findings.append(Finding(name, "the manifest before it is not the one that it was written after"))
        previous = digest_of(content)
        manifests.append(manifest)
    return Chain(manifests, findings)


def disagreements(sealed: Mapping[Key, SealedWindow], windows: Sequence[RootedWindow]) -> Iterator[Finding]:
    """Where the windows of an index are not those that the chain names."""
    listed = {(window.scope, window.day): window for window in windows}
    for (scope, day), named in sealed.items():
        window = listed.get((scope, day))
        if window is None:
            yield Finding(f"{scope} {day}", f"this window ({named.rows:,} rows) is missing")
        elif _what_the_chain_says(window) != named:
            yield Finding(window.label, "not the window that the chain names")
    for key in listed.keys() - sealed.keys():
        yield Finding(listed[key].label, "the chain names no such window")


def _what_the_chain_says(window: RootedWindow) -> SealedWindow | None:
    fields = {name: getattr(window, name) for name in SealedWindow.__struct_fields__}
    try:
        return msgspec.convert(fields, SealedWindow)
    except msgspec.ValidationError:
        return None
