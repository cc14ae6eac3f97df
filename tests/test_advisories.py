"""Promises of the pinned packages: none is known to be vulnerable, as far as the advisories kept beside the tests tell."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.commands import ROOT

LOCKS = ("requirements.lock", "tests/benchmarks/rivals.lock")
KNOWN: dict[str, list[dict[str, Any]]] = json.loads((ROOT / "tests/data/advisories/pypi.json").read_text())[
    "packages"
]
ADVISORIES = [each for advisories in KNOWN.values() for each in advisories]

# What no version fixes, and why it cannot be reached from here.
ACCEPTED = {
    "GHSA-w8v5-vhqr-4h9v": "diskcache unpickles what is in its folder: pySigma keeps lists of ATT&CK in it, which are never asked for",
}


class Pin(NamedTuple):
    """One version that a lock pins."""

    name: str
    version: Version


class Finding(NamedTuple):
    """A pin that an advisory names, and the versions that fix it."""

    pin: Pin
    advisory: str
    fixes: tuple[str, ...]


def pins_of(lock: str) -> Iterator[Pin]:
    """Every pin of a lock, of whatever platform and Python."""
    for line in lock.splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            requirement = Requirement(line.rstrip(" \\"))
            (specifier,) = requirement.specifier
            yield Pin(canonicalize_name(requirement.name), Version(specifier.version))


def is_within(version: Version, versions: dict[str, str]) -> bool:
    """Whether a version is in a range: what `fixed` names is not, what `last_affected` names is; without either it has no end."""
    if version < Version(versions["introduced"]):
        return False
    if "fixed" in versions:
        return version < Version(versions["fixed"])
    return "last_affected" not in versions or version <= Version(versions["last_affected"])


def findings(pins: Iterable[Pin]) -> list[Finding]:
    """What is known of these pins. Advisories that were withdrawn do not count."""
    return [
        Finding(pin, each["id"], tuple(r["fixed"] for r in each["ranges"] if "fixed" in r))
        for pin in pins
        for each in KNOWN.get(pin.name, ())
        if each["withdrawn"] is None and any(is_within(pin.version, r) for r in each["ranges"])
    ]


def not_looked_up(pins: Iterable[Pin]) -> set[str]:
    """Pins of packages of which nobody looked for advisories."""
    return {pin.name for pin in pins if pin.name not in KNOWN}


@pytest.mark.parametrize("lock", LOCKS)
def test_no_pin_is_known_to_be_vulnerable(lock: str) -> None:
    pins = list(pins_of((ROOT / lock).read_text()))
    assert len(pins) > 30
    assert [each for each in findings(pins) if each.advisory not in ACCEPTED] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_advisories_were_looked_for_of_every_pin(lock: str) -> None:
    """Of a new package: run `make audit`, then name it in the file, with what was found."""
    assert not_looked_up(pins_of((ROOT / lock).read_text())) == set()


def test_what_is_accepted_is_still_pinned_and_still_without_a_fix() -> None:
    found = findings(pins_of((ROOT / LOCKS[0]).read_text()))
    assert {(each.advisory, each.fixes) for each in found} == {(advisory, ()) for advisory in ACCEPTED}


def test_a_vulnerable_pin_is_found_with_what_fixes_it() -> None:
    planted = "Flask_CORS==4.0.2 \\\n    --hash=sha256:00\nurllib3==2.0.5 ; sys_platform == 'linux'\n"
    assert findings(pins_of(planted)) == [
        Finding(Pin("flask-cors", Version("4.0.2")), "PYSEC-2024-71", ("5.0.0",)),
        Finding(Pin("urllib3", Version("2.0.5")), "PYSEC-2023-192", ("1.26.17", "2.0.6")),
        Finding(Pin("urllib3", Version("2.0.5")), "PYSEC-2023-212", ("1.26.18", "2.0.7")),
    ]


def test_a_pin_of_which_nobody_looked_for_advisories_is_reported() -> None:
    assert not_looked_up(pins_of("left-pad==1.3.0 \\\n    --hash=sha256:00\nrequests==2.34.2\n")) == {
        "left-pad"
    }


def test_an_advisory_that_was_withdrawn_names_no_pin() -> None:
    (withdrawn,) = [each for each in KNOWN["joblib"] if each["withdrawn"]]
    pin = Pin("joblib", Version("1.6.0"))
    assert is_within(pin.version, withdrawn["ranges"][0])
    assert findings([pin]) == []


def test_every_range_begins_with_what_is_affected_and_ends_before_what_is_fixed() -> None:
    wrong = [each["id"] for each in ADVISORIES for versions in each["ranges"] if not _is_sound(versions)]
    assert wrong == []
    assert all(each["ranges"] for each in ADVISORIES)


def _is_sound(versions: dict[str, str]) -> bool:
    if not is_within(Version(versions["introduced"]), versions):
        return False
    if "fixed" in versions:
        return not is_within(Version(versions["fixed"]), versions)
    last = versions.get("last_affected", "0")
    return is_within(Version(last), versions) and is_within(Version(f"{last}.1"), versions) == (last == "0")


def test_reading_sigma_rules_opens_no_cache_that_is_unpickled(tmp_path: Path) -> None:
    """Why the advisory of diskcache is accepted."""
    rule = {
        "title": "A rule",
        "tags": ["attack.t1078", "attack.initial-access"],
        "logsource": {"product": "quay"},
        "detection": {"selection": {"kind": "pull_repo"}, "condition": "selection"},
    }
    file = tmp_path / "rule.yml"
    file.write_text(json.dumps(rule))
    program = (
        "import sys; from pathlib import Path; from pipeline.detect.sigma.imported import read_sigma; "
        "read = read_sigma([Path(sys.argv[1])]); print(len(read), 'diskcache' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, file], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["1", "False"]
