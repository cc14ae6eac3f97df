"""An evaluation's figures for people: as text for a terminal, as Markdown for a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.demo.scenarios.figures import AblationFigures, Figures, Mean, Share
from pipeline.demo.scenarios.protocol import BUDGETS, JUDGED_AT

_TIES = ("reached", "NOT REACHED")


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the first column is left-aligned, the others are figures."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def tables_from_figures(figures: Figures) -> list[Table]:
    """Every figure in a table, the ones that were asked for first; tables without rows are left out."""
    tables = [
        _lines(figures),
        *_recall(figures),
        _cases_a_day(figures),
        _time(figures),
        *_families(figures),
        _ablation(figures),
        _shifts(figures),
        _cost(figures),
    ]
    return [table for table in tables if table.rows]


def text_from_figures(figures: Figures) -> str:
    """The report as plain text."""
    return "\n\n".join([_summary(figures), *map(_text, tables_from_figures(figures))]) + "\n"


def markdown_from_figures(figures: Figures) -> str:
    """The report as a section of Markdown."""
    parts = ["## Evaluation", _summary(figures), *map(_markdown, tables_from_figures(figures))]
    return "\n\n".join(parts) + "\n"


def _summary(figures: Figures) -> str:
    attacks = (
        " and ".join(f"{count} {pack} attacks" for pack, count in figures.attacks.items()) or "no attacks"
    )
    return (
        f"{len(figures.seeds)} seeds, {figures.days_judged} days judged in each world; {attacks}. "
        "Shares come with 95 % intervals."
    )


def _lines(figures: Figures) -> Table:
    rows = tuple((each.name, each.wanted, each.found, _TIES[not each.is_met]) for each in figures.lines)
    return Table("What was asked for", ("figure", "wanted", "found", ""), rows)


def _recall(figures: Figures) -> Iterator[Table]:
    header = ("detector", *(f"at {budget} a day" for budget in BUDGETS))
    note = (
        "'attack left out': the cases of the healthy world held against the attacks, what is found by chance."
    )
    for pack, by_detector in figures.recall.items():
        rows = tuple(
            (detector, *(_share(shares[budget]) for budget in BUDGETS))
            for detector, shares in by_detector.items()
        )
        yield Table(f"Recall, {pack}", header, rows, note)


def _cases_a_day(figures: Figures) -> Table:
    worlds = list(figures.cases_a_day)
    detectors = dict.fromkeys(detector for each in figures.cases_a_day.values() for detector in each)
    rows = [
        (detector, *(_mean(figures.cases_a_day[world].get(detector)) for world in worlds))
        for detector in detectors
    ]
    rows.append(("information", *(_mean(figures.information_a_day.get(world)) for world in worlds)))
    note = "Information: one harmless event that moved many, for which nobody has to act; least and most of a seed."
    return Table("Cases a day that no attack explains", ("detector", *worlds), tuple(rows), note)


def _time(figures: Figures) -> Table:
    rows = tuple(
        (
            pack,
            _hours(each.median_hours),
            *(_share(share) for share in each.within_days.values()),
        )
        for pack, each in figures.time_to_detect.items()
    )
    header = ("pack", "median hours", "on the day", "within 1 day", "within 3 days")
    note = (
        f"At {JUDGED_AT} cases a day, from the first act to the end of the day whose judgement shows it; "
        "hours of the attacks found, shares of all."
    )
    return Table("Time to detect", header, rows, note)


def _families(figures: Figures) -> Iterator[Table]:
    header = (
        "family",
        "attacks",
        *(f"at {budget}" for budget in BUDGETS),
        f"interval at {JUDGED_AT}",
        "hours",
    )
    for pack, by_family in figures.families.items():
        rows = tuple(
            (
                family,
                str(each.attacks),
                *(f"{each.recall[budget].share:.2f}" for budget in BUDGETS),
                _interval(each.recall[JUDGED_AT]),
                _hours(each.median_hours),
            )
            for family, each in by_family.items()
        )
        yield Table(f"Recall by family, {pack}", header, rows)


def _ablation(figures: Figures) -> Table:
    packs = list(figures.attacks)
    header = ("without", *(f"{pack} lost" for pack in packs), "cases a day less")

    def weight(item: tuple[str, AblationFigures]) -> tuple[int, str]:
        return (-sum(item[1].attacks_lost.values()), item[0])

    rows = tuple(
        (
            detection_id,
            *(f"{each.attacks_lost[pack]} ({each.recall_lost[pack]:+.3f})" for pack in packs),
            f"{each.cases_a_day_less:+.3f}",
        )
        for detection_id, each in sorted(figures.ablation.items(), key=weight)
    )
    note = f"Attacks no longer found at {JUDGED_AT} cases a day, and cases a day that the healthy world is spared."
    return Table("One detection less", header, rows, note)


def _shifts(figures: Figures) -> Table:
    rows = tuple(
        (each.name, str(each.day), str(each.information), str(each.cases)) for each in figures.shifts
    )
    note = "In the week from the shift on: what the same week does not raise without it."
    return Table("Shifts", ("shift", "day", "information", "other cases"), rows, note)


def _cost(figures: Figures) -> Table:
    rows = [(step, f"{seconds:.0f} s") for step, seconds in figures.seconds.items()]
    rows.append(("CPU of all seeds", f"{figures.cpu_seconds:.0f} s"))
    rows.append(("from start to end", f"{figures.wall_seconds:.0f} s"))
    return Table("What it took", ("step, all seeds", ""), tuple(rows))


def _share(share: Share) -> str:
    return f"{share.share:.2f} ({share.low:.2f}-{share.high:.2f})"


def _interval(share: Share) -> str:
    return f"{share.low:.2f}-{share.high:.2f}"


def _mean(mean: Mean | None) -> str:
    return "" if mean is None else f"{mean.mean:.2f} ({mean.low:.2f}-{mean.high:.2f})"


def _hours(hours: float | None) -> str:
    return "" if hours is None else f"{hours:.0f}"


def _text(table: Table) -> str:
    lines = [table.header, *table.rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(table.header))]
    shown = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    rule = "-" * max(map(len, shown))
    return "\n".join([table.title, rule, shown[0], rule, *shown[1:], *_noted(table)])


def _markdown(table: Table) -> str:
    rule = ("---", *["---:"] * (len(table.header) - 1))
    lines = ["| " + " | ".join(line) + " |" for line in (table.header, rule, *table.rows)]
    return "\n".join([f"### {table.title}", "", *lines, *([""] if table.note else []), *_noted(table)])


def _noted(table: Table) -> Sequence[str]:
    return [table.note] if table.note else []
