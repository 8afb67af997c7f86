from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executor.paper.worlds.cities import CHICAGO, LOS_ANGELES, NEW_YORK
from executor.paper.worlds.ladder import brackets, ladder, listed_at

DAY = date(2026, 6, 10)


def test_a_ladder_has_two_tails_and_four_brackets_of_two_degrees():
    event = ladder(NEW_YORK, DAY, 63)
    drawn = [
        (m.ticker, m.strike_type, m.floor_strike, m.cap_strike, m.yes_sub_title)
        for m in event.markets
    ]
    assert drawn == [
        ("KXHIGHNY-26JUN10-T63", "less", None, 63, "62° or below"),
        ("KXHIGHNY-26JUN10-B63.5", "between", 63, 64, "63° to 64°"),
        ("KXHIGHNY-26JUN10-B65.5", "between", 65, 66, "65° to 66°"),
        ("KXHIGHNY-26JUN10-B67.5", "between", 67, 68, "67° to 68°"),
        ("KXHIGHNY-26JUN10-B69.5", "between", 69, 70, "69° to 70°"),
        ("KXHIGHNY-26JUN10-T70", "greater", 70, None, "71° or above"),
    ]
    assert event.event_ticker == "KXHIGHNY-26JUN10"
    assert event.series_ticker == "KXHIGHNY"
    assert {m.price_step for m in event.markets} == {Decimal("0.01")}


@pytest.mark.parametrize(
    ("city", "close_at"),
    [
        (NEW_YORK, datetime(2026, 6, 11, 5, tzinfo=UTC)),
        (CHICAGO, datetime(2026, 6, 11, 6, tzinfo=UTC)),
        (LOS_ANGELES, datetime(2026, 6, 11, 8, tzinfo=UTC)),
    ],
)
def test_trading_opens_the_day_before_and_ends_at_standard_midnight(city, close_at):
    for market in ladder(city, DAY, 70).markets:
        assert market.open_at == listed_at(DAY) == datetime(2026, 6, 9, 14, tzinfo=UTC)
        assert market.close_at == close_at


@pytest.mark.parametrize(
    ("place", "condition"),
    [(0, "less than 63°"), (1, "between 63-64°"), (4, "between 69-70°"), (5, "greater than 70°")],
)
def test_the_rules_name_station_day_bounds_and_source(place, condition):
    rules = ladder(NEW_YORK, DAY, 63).markets[place].rules_primary
    for part in ("(CLINYC)", "Jun 10, 2026", condition, "according to The Weather Company"):
        assert part in rules


@given(lowest_f=st.integers(-30, 110), high_f=st.integers(-60, 140))
def test_every_whole_degree_lies_in_exactly_one_bracket(lowest_f, high_f):
    assert sum(bracket.holds(high_f) for bracket in brackets(lowest_f)) == 1
