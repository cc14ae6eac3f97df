"""What a lake holds of the days that a bundle is about: the chain up to them, their windows, and the roots over rows."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from pipeline.custody.chain import read_chain
from pipeline.custody.index import (
    ChainHead,
    RootedWindow,
    digest_of,
    manifest_name,
    rooted,
    rows_name,
    state_name,
)
from pipeline.custody.pieces import Piece, piece_from_bytes, piece_from_file
from pipeline.custody.pseudonyms import Pseudonyms
from pipeline.custody.rows import rooted_rows
from pipeline.errors import DataError, UsageError
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE, WINDOW_FILE, Ledger, SealedWindow
from pipeline.lake.storage import here
from pipeline.lake.writer import sha256_of
from pipeline.quay.scopes import ScopeKind, scope_from_text

Progress = Callable[[int, int, date], None]
_HINT = "run `quay-audit verify --offline`: it names all that is not as it was written"


class Period:
    """The days from `since` to `until`, both included, of one lake.

    Raises: UsageError where the chain names no window of them, DataError where the lake is not what its chain says.
    """

    def __init__(self, layout: Layout, since: date, until: date) -> None:
        self._layout = layout
        files = Ledger(layout).manifest_files()
        contents = [file.read_bytes() for file in files]
        chain = read_chain((str(file), content) for file, content in zip(files, contents, strict=True))
        for finding in chain.findings:
            raise DataError(finding.what, where=finding.where, hint=_HINT)
        length = chain.length_for(since, until)
        self._manifests = contents[:length]
        self._scopes = {window.scope for link in chain.manifests[:length] for window in link.windows}
        self._windows = [window for _, window in sorted(chain.sealed(since, until).items())]
        if not self._windows:
            raise UsageError(
                f"the chain names no window from {since} to {until}",
                where=str(layout.root),
                hint="name days that were extracted, or another lake with --lake",
            )
        self._states = [self._state(window) for window in self._windows]

    def chain_head(self, *, is_carried: bool) -> ChainHead:
        """Where the chain ends for these days."""
        last = digest_of(self._manifests[-1])
        return ChainHead(manifests=len(self._manifests), last_sha256=last, is_carried=is_carried)

    def names_anybody(self, pseudonyms: Pseudonyms) -> bool:
        """Whether a scope of the chain, or a note on one of the windows, names a person or an address."""
        ledger = Ledger(self._layout)
        states = [ledger.window(scope_from_text(each.scope), each.day) for each in self._windows]
        notes = {note for state in states if state for note in state.notes}
        return any(scope_label(each, pseudonyms) != each for each in self._scopes) or any(
            pseudonyms.text(note) != note for note in notes
        )

    def rooted_windows(
        self, pseudonyms: Pseudonyms | None = None, progress: Progress | None = None
    ) -> list[RootedWindow]:
        """The windows with the roots over their rows, in the order of the tree."""
        windows = []
        for done, window in enumerate(self._windows, 1):
            label = scope_label(window.scope, pseudonyms) if pseudonyms else window.scope
            windows.append(rooted(window, label, self._root(window)))
            if progress:
                progress(done, len(self._windows), window.day)
        return sorted(windows, key=lambda window: (window.scope, window.day))

    def pieces(self, *, with_chain: bool, with_rows: bool) -> Iterator[Piece]:
        """The manifests, the states of the windows, and the files of entries, as they lie in the lake."""
        if with_chain:
            for number, manifest in enumerate(self._manifests, 1):
                yield piece_from_bytes(manifest_name(number), manifest)
            for window, state in zip(self._windows, self._states, strict=True):
                yield piece_from_bytes(state_name(window.scope, window.day), state)
        for window in self._windows if with_rows else ():
            yield piece_from_file(rows_name(window.scope, window.day), self._file(window, ENTRIES_FILE))

    def _file(self, window: SealedWindow, name: str) -> Path:
        file = here(self._layout.window(scope_from_text(window.scope), window.day) / name)
        if not file.exists():
            raise DataError("the file is gone", where=str(file), hint=_HINT)
        return file

    def _state(self, window: SealedWindow) -> bytes:
        file = self._file(window, WINDOW_FILE)
        content = file.read_bytes()
        if digest_of(content) != window.window_sha256:
            raise DataError("not the state that the chain names", where=str(file), hint=_HINT)
        return content

    def _root(self, window: SealedWindow) -> bytes:
        file = self._file(window, ENTRIES_FILE)
        if sha256_of(file) != window.file_sha256:
            raise DataError("not the file that the chain names", where=str(file), hint=_HINT)
        held = rooted_rows(file)
        if (held.rows, held.rows_sha256) != (window.rows, window.rows_sha256):
            raise DataError("not the rows that the chain names", where=str(file), hint=_HINT)
        return held.root


def scope_label(scope: str, pseudonyms: Pseudonyms) -> str:
    """The scope with whom it names replaced; what sort of scope it is stays."""
    if scope_from_text(scope).kind is ScopeKind.ALL:
        return scope
    kind, _, named = scope.partition("/")
    return f"{kind}/{pseudonyms.text(named)}"
