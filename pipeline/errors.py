"""The one tree of errors.

    QuayAuditError
    ├── UsageError             what was asked cannot be done as asked                          exit 2
    │   └── SettingsError      a setting is missing, malformed or unsafe
    ├── ServerError            Quay refused, is out of reach, or answered another shape        exit 3
    │   ├── Unreachable        no answer after every retry
    │   ├── Refused            401, 403: this token may not read this
    │   ├── Missing            the namespace or repository is not there
    │   ├── FeatureOff         the server has this endpoint switched off
    │   ├── ReadOnlyServer     503 with `is_readonly`: the registry takes no writes
    │   ├── SearchUnavailable  200, yet the log store behind Quay cannot be searched
    │   ├── ServerFailure      500, or a status that no rule names
    │   ├── StoreFailure       the object store of the lake refused, is out of reach, or failed
    │   └── UnexpectedShape    the answer is not what Quay's API promises
    │       └── DamagedReply   cut short or replaced on its way
    ├── Incomplete             windows are left or short                                       exit 4
    └── DataError              a check failed, a file does not match its hash                  exit 5

Every error says what failed, where, and what to do. Exit statuses are given by `pipeline.cli.status`.
"""


class QuayAuditError(Exception):
    """Promises three parts: `what` failed, `where` (scope, day, page, file or key) and a `hint` on what to do."""

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what, where, hint)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


class UsageError(QuayAuditError):
    """What was asked cannot be done as asked."""


class SettingsError(UsageError):
    """A setting is missing, malformed or unsafe."""


class ServerError(QuayAuditError):
    """Quay, or the object store of the lake, refused, is out of reach, or answered another shape."""


class Unreachable(ServerError):
    """No answer after every retry."""


class Refused(ServerError):
    """401 or 403: this token may not read this. `status` tells which."""

    def __init__(self, what: str, *, status: int, where: str = "", hint: str = "") -> None:
        super().__init__(what, where=where, hint=hint)
        self.status = status


class Missing(ServerError):
    """The namespace or repository is not there."""


class FeatureOff(ServerError):
    """The server has this endpoint switched off."""


class ReadOnlyServer(ServerError):
    """503 with `is_readonly`: the registry takes no writes."""


class SearchUnavailable(ServerError):
    """200, yet the log store behind Quay cannot be searched: empty does not mean quiet."""


class ServerFailure(ServerError):
    """500, or a status that no rule names."""


class StoreFailure(ServerError):
    """The object store that holds the lake refused, is out of reach, or failed, after every retry."""


_SHAPE_HINT = "check that the URL is Quay's own address and that nothing on the way changes its answers; look for an update"


class UnexpectedShape(ServerError):
    """The answer is not what Quay's API promises. Without a hint of its own it asks what every such answer asks."""

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what, where=where, hint=hint or _SHAPE_HINT)


class DamagedReply(UnexpectedShape):
    """The answer was cut short or replaced on its way: the same request may well be answered the next time."""


class Incomplete(QuayAuditError):
    """Windows are left or short."""


class DataError(QuayAuditError):
    """A check failed, or a file does not match its hash."""
