"""The whole degrees that win, as drawn tables and on every recorded settled market."""

from __future__ import annotations

import re
from collections import Counter

import polars as pl
import pytest

from kwx_core.ladder import (
    Bounds,
    bounds_of_rules,
    bounds_of_strikes,
    bounds_of_subtitle,
    is_tiling,
)
from tests.shared import shared


@pytest.mark.parametrize(
    ("strike_type", "floor_strike", "cap_strike", "expect"),
    [
        ("between", 72, 73, (72, 73)),
        ("between", -1, 0, (-1, 0)),
        ("between", 72.0, 73.0, (72, 73)),
        ("greater", 77, None, (78, None)),
        ("greater", 0, None, (1, None)),
        ("greater_or_equal", 77, None, (77, None)),
        ("less", None, 70, (None, 69)),
        ("less", None, 0, (None, -1)),
        ("less_or_equal", None, 70, (None, 70)),
        ("less", 70, None, None),
        ("greater", None, 70, None),
        ("between", 72, None, None),
        ("between", 73, 72, None),
        ("greater", 77.5, None, None),
        ("less", None, float("nan"), None),
        ("less", None, float("inf"), None),
        (None, 72, 73, None),
        ("functional", 72, 73, None),
        ("LESS", None, 70, None),
    ],
)
def test_strikes_decide_the_bounds_or_refuse(strike_type, floor_strike, cap_strike, expect):
    assert bounds_of_strikes(strike_type, floor_strike, cap_strike) == expect


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("62° or below", (None, 62)),
        ("70° or above", (70, None)),
        ("72° to 73°", (72, 73)),
        ("72°F to 73°F", (72, 73)),
        ("62°F or below", (None, 62)),
        ("70 °F or higher", (70, None)),
        ("-5° or below", (None, -5)),
        ("\u22125° or below", (None, -5)),
        ("-1° to 0°", (-1, 0)),
        ("-3° to -2°", (-3, -2)),
        ("72-73°", (72, 73)),
        ("73° to 72°", None),
        ("20°C or below", None),
        ("20° Celsius or above", None),
        ("72°", None),
        ("B72.5", None),
        ("T70", None),
        ("72.5° or above", None),
        ("", None),
        (None, None),
    ],
)
def test_a_subtitle_decides_the_bounds_or_refuses(text, expect):
    assert bounds_of_subtitle(text) == expect


def rule(condition, place="Central Park, New York for Feb 21, 2025 as reported by the service"):
    return f"If the highest temperature recorded in {place}, {condition}, the answer is Yes."


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        (rule("is less than 63°"), (None, 62)),
        (rule("is greater than 70°"), (71, None)),
        (rule("is between 72-73°"), (72, 73)),
        (rule("is less than 63° fahrenheit by the company"), (None, 62)),
        (rule("is between 72-73° fahrenheit by the company"), (72, 73)),
        (rule("is greater than -4°"), (-3, None)),
        (rule("is between -1-0°"), (-1, 0)),
        (rule("is between -4--3°"), (-4, -3)),
        (rule("is at least 70°"), (70, None)),
        (rule("is less than or equal to 70°"), (None, 70)),
        (rule("is between 72° and 73°"), (72, 73)),
        (rule("is between 73-72°"), None),
        (rule("is between 72°"), None),
        (rule("is less than 63-64°"), None),
        (rule("is less than 20° celsius"), None),
        (rule("is less than 63.5°"), None),
        (rule("is less than 63"), None),
        (rule("is less than 63° or is greater than 70°"), None),
        (rule("is pleasant"), None),
        ("", None),
        (None, None),
    ],
)
def test_the_rules_decide_the_bounds_or_refuse(text, expect):
    assert bounds_of_rules(text) == expect


@pytest.mark.parametrize(
    ("bounds", "edges_f", "wins", "loses"),
    [
        (Bounds(72, 73), (71.5, 73.5), [72, 73], [71, 74]),
        (Bounds(78, None), (77.5, None), [78, 120], [77]),
        (Bounds(None, 69), (None, 69.5), [69, -40], [70]),
        (Bounds(0, 1), (-0.5, 1.5), [0, 1], [-1, 2]),
    ],
)
def test_bounds_include_both_ends_and_reach_half_a_degree_further(bounds, edges_f, wins, loses):
    assert bounds.edges_f() == edges_f
    assert [bounds.holds(value) for value in wins] == [True] * len(wins)
    assert [bounds.holds(value) for value in loses] == [False] * len(loses)


@pytest.mark.parametrize(
    ("ladder", "expect"),
    [
        ([(None, 69), (70, 71), (72, None)], True),
        ([(72, None), (None, 69), (70, 71)], True),
        ([(None, -1), (0, 1), (2, None)], True),
        ([(None, 0), (1, None)], True),
        ([(None, None)], True),
        ([(None, 69), (71, 72), (73, None)], False),
        ([(None, 70), (70, 71), (72, None)], False),
        ([(70, 71), (72, None)], False),
        ([(None, 69), (70, 71)], False),
        ([(None, 69), (None, 69), (70, None)], False),
        ([(None, 69), (70, None), (70, None)], False),
        ([], False),
    ],
)
def test_a_ladder_tiles_when_every_degree_belongs_to_one_market(ladder, expect):
    assert is_tiling([Bounds(*each) for each in ladder]) is expect


SOURCES = {
    "strikes": lambda m: bounds_of_strikes(m["strike_type"], m["floor_strike"], m["cap_strike"]),
    "subtitle": lambda m: bounds_of_subtitle(m["subtitle"]),
    "yes_sub_title": lambda m: bounds_of_subtitle(m["yes_sub_title"]),
    "rules": lambda m: bounds_of_rules(m["rules_primary"]),
}


@pytest.fixture(scope="module")
def recorded():
    return pl.read_parquet(shared("data", "kalshi", "markets_2024-08_2025-02.parquet")).to_dicts()


@pytest.mark.parametrize(
    ("source", "n_present"),
    [("strikes", 5209), ("subtitle", 5334 - 606), ("yes_sub_title", 5334), ("rules", 5334)],
)
def test_each_source_alone_gives_the_same_bounds_wherever_it_is_present(
    recorded, source, n_present
):
    found = [(SOURCES[source](market), SOURCES["yes_sub_title"](market)) for market in recorded]
    present = [pair for pair in found if pair[0] is not None]
    assert len(present) == n_present
    assert all(bounds == other for bounds, other in present)


def settled_f(recorded):
    """Blank on many markets, so an event's markets are asked together.

    One event (Miami, 2024-11-05) answers in prose that begins with the number.
    """
    values = {}
    for market in recorded:
        if number := re.match(r"-?\d+", market["expiration_value"]):
            values.setdefault(market["event_ticker"], set()).add(int(number[0]))
    assert all(len(each) == 1 for each in values.values())
    return {event: each.pop() for event, each in values.items()}


@pytest.mark.parametrize(
    ("source", "n_markets"), [("strikes", 5209), ("yes_sub_title", 5334), ("rules", 5334)]
)
def test_each_source_alone_reproduces_every_settled_result(recorded, source, n_markets):
    values = settled_f(recorded)
    judged = [
        bounds.holds(values[market["event_ticker"]]) == (market["result"] == "yes")
        for market in recorded
        if (bounds := SOURCES[source](market))
    ]
    assert judged == [True] * n_markets


def test_the_winners_without_strikes_win_by_their_other_words(recorded):
    values = settled_f(recorded)
    silent = [market for market in recorded if market["strike_type"] is None]
    assert len(silent) == 125
    assert {market["result"] for market in silent} == {"yes"}
    for market in silent:
        assert SOURCES["strikes"](market) is None
        for source in ("yes_sub_title", "rules"):
            assert SOURCES[source](market).holds(values[market["event_ticker"]])


def test_every_recorded_event_tiles_and_has_one_winner(recorded):
    events = {}
    for market in recorded:
        events.setdefault(market["event_ticker"], []).append(market)
    assert len(events) == 889
    for source in ("yes_sub_title", "rules"):
        assert all(is_tiling(map(SOURCES[source], markets)) for markets in events.values())
    winners = Counter(market["event_ticker"] for market in recorded if market["result"] == "yes")
    assert set(winners) == set(events)
    assert set(winners.values()) == {1}


def test_a_half_open_rule_would_miss_317_winners(recorded):
    values = settled_f(recorded)
    winners = [market for market in recorded if market["result"] == "yes"]
    missed = [
        market
        for market in winners
        if market["strike_type"] == "between"
        and values[market["event_ticker"]] >= market["cap_strike"]
    ]
    assert len(missed) == 317
