"""What the evaluation's registry becomes: an inventory, a lake of verified windows; and where on earth it is."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.demo.scenarios.acts import write_lake
from pipeline.demo.scenarios.background import Background, background, inventory_rows
from pipeline.demo.scenarios.places import (
    BERLIN,
    COUNTRIES,
    NEW_YORK,
    TOKYO,
    home_network,
    renumbered,
    text_from_network,
)
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State
from pipeline.quay.registry.tables import TABLE_BY_NAME
from pipeline.quay.scopes import ALL


@cache
def _short() -> Background:
    return background(5, days=2)


def test_the_inventory_has_every_table_and_says_that_all_of_it_was_read() -> None:
    rows = inventory_rows(_short(), _short().last_day)
    assert rows.keys() == TABLE_BY_NAME.keys()
    for name, table in TABLE_BY_NAME.items():
        keys = [tuple(getattr(row, column) for column in table.key) for row in rows[name]]
        assert len(keys) == len(set(keys)), name
        assert all(isinstance(row, table.row) for row in rows[name])


def test_a_lake_holds_every_act_in_verified_windows(layout: Layout) -> None:
    world = _short()
    days = world.days[:2]
    write_lake(world.acts, layout, days, {days[1]: inventory_rows(world, days[1])})
    windows = Ledger(layout).windows()
    assert [(window.scope, window.day, window.state) for window in windows] == [
        (str(ALL), day, State.VERIFIED) for day in days
    ]
    assert sum(window.rows for window in windows) == len([act for act in world.acts if act.at.date() in days])
    assert len(Ledger(layout).sealed_snapshots()) == 1


def test_a_lake_is_the_same_whatever_the_order_of_acts(tmp_path: Path) -> None:
    acts = [act for act in _short().acts if act.at.date() == _short().first_day]
    shuffled = Random(1).sample(acts, len(acts))
    states = []
    for name, given_acts in (("one", acts), ("two", shuffled)):
        layout = Layout(tmp_path / name)
        write_lake(given_acts, layout, [_short().first_day])
        states.append(Ledger(layout).state_file(ALL, _short().first_day).read_bytes())
    assert states[0] == states[1]


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_clocks_move_on_sundays_and_only_where_they_do(day: date) -> None:
    before = day - timedelta(days=1)
    for zone in (BERLIN, NEW_YORK):
        if zone.offset(day) != zone.offset(before):
            assert day.weekday() == 6
    assert TOKYO.offset(day) == TOKYO.offset(before)


def test_europe_and_america_move_their_clocks_three_weeks_apart() -> None:
    moved = [
        (zone.name, day)
        for zone in (NEW_YORK, BERLIN)
        for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(364))
        if zone.offset(day) != zone.offset(day + timedelta(days=1))
    ]
    assert moved == [
        ("New York", date(2026, 3, 7)),
        ("New York", date(2026, 10, 31)),
        ("Berlin", date(2026, 3, 28)),
        ("Berlin", date(2026, 10, 24)),
    ]


@given(st.integers(0, 2**32), st.sampled_from(COUNTRIES))
def test_a_renumbered_line_stays_with_its_provider(seed: int, country: str) -> None:
    rng = Random(seed)
    network = home_network(rng, country)
    other = renumbered(rng, network)
    assert other.country == country
    if ":" in network.prefix:
        first, second = (int(each.prefix.split(":")[2], 16) for each in (network, other))
        assert (first - 0x4000) // 128 == (second - 0x4000) // 128
        assert text_from_network(other).endswith("::/64")
    else:
        assert network.prefix.rpartition(".")[0] == other.prefix.rpartition(".")[0]
