"""Sends notices of new cases through apprise: to each target until it has them, and none of them twice on purpose.

What a target has is written down right after it took it, so a kill in between sends it once more, and none is lost.
An address holds passwords: it is revealed to apprise alone, and neither shown nor stored.
"""

import hashlib
import logging
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final, NamedTuple

from pipeline.config import Secret
from pipeline.detect.casebook import Page
from pipeline.detect.decisions import Delivered
from pipeline.detect.notices import Notice, notices_from_pages
from pipeline.detect.signals import Severity
from pipeline.detect.triage import State, Triage
from pipeline.errors import QuayAuditError, ServerError, SettingsError, UsageError
from pipeline.lake.journal import Journal

VARIABLE: Final = "QUAY_AUDIT_NOTIFY"

_FIRST_PAUSE_SECONDS: Final = 1.0


class Target(NamedTuple):
    """One place that notices go to. `digest` tells it from others without giving its address away."""

    number: int
    service: str
    digest: str
    address: Secret

    @property
    def words(self) -> str:
        """How it is called in messages."""
        return f"{self.service} (address {self.number})"


Send = Callable[[Target, Notice], bool]


def targets_from_secret(addresses: Secret) -> list[Target]:
    """The targets of apprise addresses that stand with white space between them; the same address counts once."""
    texts = list(dict.fromkeys(addresses.reveal().split()))
    return [
        Target(number, text.partition("://")[0], _digest(text), Secret(text))
        for number, text in enumerate(texts, 1)
    ]


def new_pages(pages: Sequence[Page], target: Target, triage: Triage, least: Severity) -> list[Page]:
    """Which of these cases `target` has not been told of: open ones, at or above a severity."""
    told = {
        case_id
        for delivery in triage.deliveries
        if delivery.target == target.digest
        for case_id in delivery.case_ids
    }
    return [
        page
        for page in pages
        if page.needs_a_look
        and page.standing.state is State.OPEN
        and page.note.severity.rank >= least.rank
        and not told.intersection(page.note.linked_ids)
    ]


def deliver(
    fresh: Sequence[tuple[Target, Sequence[Page]]],
    *,
    send: Send,
    journal: Journal,
    by: str,
    now: Callable[[], datetime],
    sleep: Callable[[float], object],
    tries: int,
) -> int:
    """Send each target its cases and write down what it took; gives the number of messages.

    A target that fails keeps no other waiting. Units: pauses between tries double, from one second.
    Raises: ServerError naming the services that did not take theirs, at the end.
    """
    count = 0
    failed: list[Target] = []
    for target, pages in fresh:
        for notice in notices_from_pages(pages):
            if not _sent(target, notice, send, sleep, tries):
                failed.append(target)
                break
            journal.append(
                Delivered(
                    by=by,
                    at=now(),
                    target=target.digest,
                    service=target.service,
                    case_ids=notice.case_ids,
                )
            )
            count += 1
    if failed:
        raise _undelivered(failed, tries)
    return count


def sender_through_apprise(targets: Collection[Target]) -> Send:
    """Sends through apprise, which must know every target's address.

    Raises: UsageError where apprise is not installed, SettingsError for an address that it does not take.
    """
    with _silence():
        try:
            import apprise
        except ModuleNotFoundError as error:
            hint = "install the extra: pip install 'quay-audit-pipeline[notify]'"
            raise UsageError("notices need apprise, which is not installed", hint=hint) from error
        asset = apprise.AppriseAsset(app_id="Quay audit", async_mode=False, allow_templates=False)
        services = {}
        for target in targets:
            service = apprise.Apprise.instantiate(target.address.reveal(), asset=asset)
            if service is None:
                raise _refused(target)
            services[target.digest] = service

    def send(target: Target, notice: Notice) -> bool:
        with _silence():
            messenger = apprise.Apprise(asset=asset)
            messenger.add(services[target.digest])
            return bool(
                messenger.notify(
                    notice.body,
                    title=notice.title,
                    notify_type=_type_of(notice.severity),
                    body_format=apprise.NotifyFormat.TEXT.value,
                )
            )

    return send


def _sent(target: Target, notice: Notice, send: Send, sleep: Callable[[float], object], tries: int) -> bool:
    for attempt in range(tries):
        if attempt:
            sleep(_FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
        if send(target, notice):
            return True
    return False


def _refused(target: Target) -> SettingsError:
    return SettingsError(
        f"apprise does not take the {target.service} address",
        where=f"{VARIABLE}, address {target.number}",
        hint="compare it with apprise's page on that service",
    )


def _undelivered(failed: Sequence[Target], tries: int) -> QuayAuditError:
    return ServerError(
        f"notices were not taken, after {tries} tries",
        where=", ".join(target.words for target in failed),
        hint="see whether the service can be reached from here and the address still holds; "
        "the same command sends what is left",
    )


def _type_of(severity: Severity) -> str:
    if severity.rank >= Severity.HIGH.rank:
        return "failure"
    return "warning" if severity is Severity.MEDIUM else "info"


def _digest(address: str) -> str:
    # Slow on purpose: whoever reads the journal is not to try passwords on it.
    return hashlib.scrypt(address.encode(), salt=b"quay-audit notify", n=2**14, r=8, p=1, dklen=8).hex()


@contextmanager
def _silence() -> Iterator[None]:
    """Keep what libraries log and warn of from stderr: addresses are parts of it."""
    before = logging.root.manager.disable
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        try:
            yield
        finally:
            logging.disable(before)
