"""The frameworks that a report can be read by: their names, and what Quay's log leaves open in any of them."""

from collections.abc import Sequence
from typing import Final

from pipeline.errors import UsageError

ALL: Final = "all"

FRAMEWORKS: Final = {
    "soc2": "SOC 2 Trust Services Criteria",
    "pci": "PCI DSS 4.0.1",
    "iso27001": "ISO/IEC 27001:2022 Annex A",
    "nist": "NIST SP 800-53 Rev. 5",
    "dora": "DORA and RTS 2024/1774 Article 12",
    "hipaa": "HIPAA Security Rule, 45 CFR Part 164",
}
"""The name and version of each framework, for people, in the order in which they are shown."""

NOT_LOGGED: Final = (
    "That somebody becomes a superuser, or ceases to be one: only two snapshots of the inventory show it.",
    "That a secret is read: the token of a robot, an app token, the secret of an OAuth application.",
    "That the log is read, in the web interface or by the API: only exports of it are logged.",
    "That an OAuth token is issued by /oauth/authorize, or withdrawn by its user.",
    "Sign-ins in the web interface by OpenID Connect or another outside provider.",
    "That a superuser sends a recovery mail, changes the configuration or a message to everybody.",
    "Requests to the REST API that are refused (403), lists of tags and repositories, searches.",
    "Downloads of layers, and requests for a manifest's head: the log has no amount of data, and a pull is the"
    " request for one manifest, so an image for several platforms is pulled in two events or more.",
    "The digest of what is pushed: that a tag got another content by a push cannot be told from the log.",
    "The value before a change of a permission or of a repository's visibility: here it is worked out from earlier"
    " events and snapshots.",
    "The address to which a notification is sent.",
    "Whether a repository is made public when it is created: only the inventory shows it.",
    "Second factors: Quay logs none.",
    "Refused sign-ins, pulls, pushes and deletions, unless each is switched on in Quay's configuration; by default"
    " all four are off.",
    "Namespaces that Quay's configuration exempts from the log, and pulls where those of a namespace are exempt.",
    "The outcome of what was done: an entry stands for success, refusals are kinds of their own.",
    "Fractions of a second, and any number that would tell one entry from an equal one.",
)
"""What Quay does not log, whatever is switched on. Source: quay/quay, commit ffba0c7."""

PCI_GAPS: Final = (
    "PCI DSS 10.2.2: entries have no field for success or failure; the kind of an entry implies it.",
    "PCI DSS 10.2.1.3: reading the log is not logged, only exporting it.",
    "PCI DSS 10.2.1.4: refused access is logged only where Quay's four switches for failures are on; they are off by"
    " default, and the REST API's refusals are never logged.",
    "PCI DSS 10.2.1.5: making somebody a superuser is not logged; snapshots of the inventory show it a night later.",
)
"""What an assessor has to know before relying on this log for requirement 10."""


def frameworks_from_text(text: str) -> tuple[str, ...]:
    """The ids named in `text`, separated by commas, in the order of `FRAMEWORKS`; `all` is every one.

    Raises: UsageError for a name that is none.
    """
    named = {part.strip().lower() for part in text.split(",")}
    if unknown := sorted(named - {*FRAMEWORKS, ALL}):
        raise UsageError(
            f"{unknown[0]!r} is no framework",
            where="--framework",
            hint=f"one of {', '.join(FRAMEWORKS)}, {ALL}",
        )
    return tuple(each for each in FRAMEWORKS if each in named or ALL in named)


def not_logged_for(frameworks: Sequence[str]) -> list[str]:
    """The list to print: what Quay never logs, and, where PCI is asked for, what that leaves open there."""
    return [*NOT_LOGGED, *(PCI_GAPS if "pci" in frameworks else ())]
