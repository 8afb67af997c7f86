"""parsed.markets: which whole degrees a market wins on, by strikes, subtitle or rules."""

from __future__ import annotations

import json

import polars as pl
import pytest

from kwx_core.ladder import bounds_of_rules, bounds_of_strikes, bounds_of_subtitle
from tests.shared import shared
from tests.spec.drawn import expect, table
from tests.spec.parsed.bodies import reasons, tell

PLAIN = {
    "ticker": "KXHIGHNY-26JUN10-X", "event_ticker": "KXHIGHNY-26JUN10", "status": "active",
    "result": "", "open_time": "2026-06-09T14:00:00Z", "close_time": "2026-06-11T05:00:00Z",
}  # fmt: skip
NOTHING = {"strike_type": None, "floor_strike": None, "cap_strike": None, "yes_sub_title": None}


def rules(condition):
    return f"If the high of New York City (CLINYC) for Jun 10, 2026, {condition}, it is Yes."


@pytest.mark.parametrize(
    ("words", "picture"),
    [
        (
            {"strike_type": "less", "cap_strike": 70, "yes_sub_title": "69° or below"},
            "lower_f | upper_f | bounds_evidence\n- | 69 | strikes",
        ),
        (
            {"yes_sub_title": "69° or below", "rules_primary": rules("is less than 70°")},
            "lower_f | upper_f | bounds_evidence\n- | 69 | subtitle",
        ),
        ({"yes_sub_title": "", "subtitle": "78° or above"}, "lower_f | upper_f\n78 | -"),
        (
            {"rules_primary": rules("is less than 70° fahrenheit by the company")},
            "lower_f | upper_f | bounds_evidence\n- | 69 | rules",
        ),
        ({"rules_primary": rules("is between 72-73°")}, "lower_f | upper_f\n72 | 73"),
        ({"rules_primary": rules("is greater than 77°")}, "lower_f | upper_f\n78 | -"),
        (
            {"strike_type": "between", "floor_strike": -3, "cap_strike": -2.0},
            "lower_f | upper_f\n-3 | -2",
        ),
        (
            {"strike_type": "between", "floor_strike": 72, "yes_sub_title": "72° to 73°"},
            "lower_f | upper_f | bounds_evidence\n72 | 73 | subtitle",
        ),
    ],
    ids=str,
)
def test_strikes_else_subtitle_else_rules_give_the_bounds(store, words, picture):
    tell(store, "kalshi_markets", {"markets": [{**PLAIN, **NOTHING, **words}]})
    expect(table(store, "parsed.markets"), picture)
    assert reasons(store, "markets") == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({}, "the bounds are undecidable"),
        (
            {"strike_type": "less", "cap_strike": 70, "yes_sub_title": "71° or above"},
            "the bounds are undecidable, strikes: ..69, subtitle: 71..",
        ),
        (
            {"yes_sub_title": "69° or below", "rules_primary": rules("is less than 71°")},
            "the bounds are undecidable, subtitle: ..69, rules: ..70",
        ),
        ({"strike_type": "greater", "floor_strike": 77.5}, "the bounds are undecidable"),
        ({"rules_primary": rules("is less than 20° celsius")}, "the bounds are undecidable"),
        (
            {"rules_primary": rules("is less than 63° or is greater than 70°")},
            "the bounds are undecidable",
        ),
    ],
    ids=str,
)
def test_bounds_that_nothing_decides_or_two_sources_dispute_are_refused(store, words, reason):
    tell(store, "kalshi_markets", {"markets": [{**PLAIN, **NOTHING, **words}]})
    expect(table(store, "parsed.markets"), "lower_f | upper_f | bounds_evidence\n- | - | -")
    assert reasons(store, "markets") == [(0, reason)]


SUBTITLES = [
    "62° or below", "70° or above", "72° to 73°", "72°F to 73°F", "62°F or below",
    "70 °F or higher", "-5° or below", "\u22125° or below", "-1° to 0°", "-3° to -2°", "72-73°",
    "73° to 72°", "20°C or below", "20° Celsius or above", "72°", "B72.5", "T70",
    "72.5° or above", "62 or below", "62° OR LESS", "70 degrees or more",
    "72\u201373°", "",
]  # fmt: skip
CONDITIONS = [
    "is less than 63°", "is greater than 70°", "is between 72-73°", "is less than 63° fahrenheit",
    "is greater than -4°", "is between -1-0°", "is between -4--3°", "is at least 70°",
    "is less than or equal to 70°", "is between 72° and 73°", "is between 73-72°", "is between 72°",
    "is less than 63-64°", "is less than 20° celsius", "is less than 20°C", "is less than 63.5°",
    "is less than 63", "is less than 63° or is greater than 70°", "is pleasant", "is at most 5°",
    "is above 70°", "is below 70°", "is between 72 to 73 degrees", "is Greater  Than 70°",
]  # fmt: skip
STRIKES = [
    ("between", 72, 73), ("between", -1, 0), ("greater", 77, None), ("greater", 0, None),
    ("greater_or_equal", 77, None), ("less", None, 70), ("less_or_equal", None, 70),
    ("less", 70, None), ("greater", None, 70), ("between", 72, None), ("between", 73, 72),
    ("greater", 77.5, None), ("functional", 72, 73), ("LESS", None, 70), (None, 72, 73),
]  # fmt: skip


def test_the_statement_and_the_geometry_of_the_core_say_the_same_of_every_wording(store):
    cases = [
        *({**NOTHING, "yes_sub_title": words} for words in SUBTITLES),
        *({**NOTHING, "rules_primary": rules(words)} for words in CONDITIONS),
        *(
            {**NOTHING, "strike_type": kind, "floor_strike": floor, "cap_strike": cap}
            for kind, floor, cap in STRIKES
        ),
    ]
    wanted = [
        *map(bounds_of_subtitle, SUBTITLES),
        *(bounds_of_rules(rules(words)) for words in CONDITIONS),
        *(bounds_of_strikes(*strikes) for strikes in STRIKES),
    ]
    markets = [
        {**PLAIN, "ticker": f"KXHIGHNY-26JUN10-X{n:03d}", **case} for n, case in enumerate(cases)
    ]
    tell(store, "kalshi_markets", {"markets": markets})
    found = store.frame("select lower_f, upper_f from parsed.markets order by ticker").rows()
    assert found == [tuple(bounds) if bounds else (None, None) for bounds in wanted]


@pytest.fixture(scope="module")
def recorded():
    frame = pl.read_parquet(shared("data", "kalshi", "markets_2024-08_2025-02.parquet"))
    return frame.sort("ticker").to_dicts()


STRIPPED = {
    "strikes": (),
    "subtitle": ("strike_type", "floor_strike", "cap_strike"),
    "rules": ("strike_type", "floor_strike", "cap_strike", "subtitle", "yes_sub_title"),
}


@pytest.mark.parametrize("source", STRIPPED)
def test_each_source_alone_bounds_every_recorded_market_as_the_core_does(store, recorded, source):
    stripped = [
        {name: value for name, value in market.items() if name not in STRIPPED[source]}
        for market in recorded
    ]
    for first in range(0, len(stripped), 1000):
        page = json.dumps({"markets": stripped[first : first + 1000]}, ensure_ascii=False)
        tell(store, "kalshi_markets", page, page=first // 1000)
    found = store.frame(
        "select ticker, lower_f, upper_f, bounds_evidence, climate_date, market_result "
        "from parsed.markets order by ticker"
    )
    assert found.height == 5334
    bounds = [bounds_of_subtitle(market["yes_sub_title"]) for market in recorded]
    assert found.select("lower_f", "upper_f").rows() == [tuple(each) for each in bounds]
    evidence = found["bounds_evidence"].value_counts().rows()
    expected = {"strikes": {("strikes", 5209), ("subtitle", 125)}}
    assert set(evidence) == expected.get(source, {(source, 5334)})
    assert found["market_result"].value_counts().sort("market_result")["count"].to_list() == [
        4445,
        889,
    ]
    assert found["climate_date"].null_count() == 0
    # Miami, 2024-11-05: once the settled value is prose.
    assert [words[:23] for _, words in reasons(store, "markets")] == ["expiration_value is 84."]
    templates = store.frame(
        "select series_ticker, count(distinct rules_template_sha256) as n from parsed.markets "
        "group by 1 having n > 2"
    )
    assert templates.is_empty()
