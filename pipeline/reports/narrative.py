"""The sentences that every format for people shares: what the cover says, what was cut, how a sample was drawn."""

from collections.abc import Sequence

from pipeline.reports.cells import cut, exact_text, visible
from pipeline.reports.document import Population, Report, Section
from pipeline.reports.frameworks import FRAMEWORKS
from pipeline.reports.places import Whole, key_of
from pipeline.reports.sample import HOW

NO_EXCEPTIONS = "No exceptions."
SUPPORTS = "Evidence that supports these controls; whether one is met, the auditor judges."
NOT_LOGGED = "What Quay does not log"
WHY_NOT_LOGGED = "No report about Quay can show what its audit log does not hold, whatever tool reads it:"
SOURCES = "Where each population comes from"


def facts_of(report: Report) -> Sequence[tuple[str, str]]:
    """What the report is about and made from, as pairs of a label and its words."""
    cover = report.cover
    manifest = f"number {cover.manifest_number:,}" if cover.manifest_number else "none covers this period"
    named = "replaced by pseudonyms" if cover.pseudonymized else "as Quay names them"
    facts = [
        ("Period", f"{cover.since} to {cover.until}, whole UTC days, both included"),
        ("Frameworks", "; ".join(map(_framework, cover.frameworks))),
        ("Registry", ", ".join(map(visible, cover.server_urls)) or "not recorded"),
        ("Events", f"{cover.event_count:,} in {cover.window_count:,} windows"),
        ("Exceptions", f"{cover.exception_count:,}"),
        ("Newest manifest", manifest),
        ("Its SHA-256", cover.manifest_sha256 or "–"),
        ("People and addresses", named),
        ("Made by", f"quay-audit {cover.tool_version}"),
    ]
    if report.sample:
        facts.append(
            ("Sample", f"{report.sample.count:,} rows of each population, seed {report.sample.seed}")
        )
    return [(label, visible(words)) for label, words in facts]


def sampling_of(report: Report) -> str:
    """How the sample can be drawn again; empty without one."""
    if report.sample is None:
        return ""
    keys = [key_of(section, each) for section in report.sections for each in section.populations]
    way = HOW.format(seed=report.sample.seed, key=keys[0] if keys else "A-name")
    return visible(f"How the sample was drawn: {way}.")


def controls_of(section: Section) -> Sequence[tuple[str, str]]:
    """The controls that a section supports, a pair for each framework."""
    frameworks = dict.fromkeys(control.framework for control in section.controls)
    return [
        (_framework(name), ", ".join(each.reference for each in section.controls if each.framework == name))
        for name in frameworks
    ]


def count_of(population: Population) -> str:
    """How many rows a population has, and how many of them are sampled."""
    rows = f"{len(population.rows):,} row{'' if len(population.rows) == 1 else 's'}"
    return f"{rows}, {len(population.sampled):,} sampled" if population.sampled else rows


def bound_in(population: Population) -> Sequence[str]:
    """What was bound to the names in a population's query, a line each."""
    return [f"${name} = {exact_text(value)}" for name, value in population.parameters.items()]


def cut_of(section: Section, population: Population, shown: int, whole: Whole) -> str:
    """What to say below a table of `shown` rows; empty where it shows them all."""
    total = len(population.rows)
    if shown == total:
        return ""
    which = "the first and the sampled ones" if population.sampled else "the first"
    return (
        f"{shown:,} of {total:,} rows are shown, {which}. All are in {whole.population(section, population)}."
    )


def queries_of(whole: Whole) -> str:
    """What to say of the queries in a file that is for reading: where they are, or that they follow."""
    where = f"The queries are in {whole.queries}. " if whole.queries else ""
    return f"{where}Every row of a population comes from one query over the whole period; its columns mean:"


def shortened(sentences: Sequence[str], most: int, longest: int, whole: Whole) -> Sequence[str]:
    """The first sentences, and the first part of each, with a word on what is left out and where it is whole."""
    left = len(sentences) - most
    more = [f"… and {left:,} more, whole in {whole.sentences}."] if left > 0 else []
    return [_shortened(sentence, longest, whole) for sentence in sentences[:most]] + more


def _shortened(sentence: str, longest: int, whole: Whole) -> str:
    text, is_cut = cut(sentence, longest)
    return text + cut_cell_of(len(sentence), whole.sentences) if is_cut else text


def cut_cell_of(length: int, place: str) -> str:
    """What to say at the end of a cell that shows only the beginning of so many characters."""
    return f"… cut: {length:,} characters, whole in {place}"


def _framework(name: str) -> str:
    return FRAMEWORKS.get(name, name)
