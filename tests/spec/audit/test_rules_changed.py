"""rules_changed: how a series settles, dated; new rules stop that series until acknowledged."""

from __future__ import annotations

import json

import pytest

from kwx_core.contracts.unstored import Halts
from kwx_core.store.queries import select
from tests.shared import shared
from tests.spec.drawn import at, expect, given, land

NWS = (
    "If the highest temperature recorded in Central Park, New York for {day} as reported by the "
    "National Weather Service's Climatological Report (Daily), is between 72-73°, then the market "
    "resolves to Yes."
)
TWC = (
    "If the maximum temperature recorded at New York City (CLINYC) for {day}, is between 72-73° "
    "fahrenheit according to The Weather Company, then the market resolves to Yes."
)


def event(store, day, rules=NWS, *, close="05:00", timer=3600, series="KXHIGHNY"):
    """Land the market of one June day; closes on the next day at a UTC time."""
    ticker = f"{series}-26JUN{day:02}"
    market = {
        "ticker": f"{ticker}-B72.5", "event_ticker": ticker, "status": "active", "result": "",
        "open_time": f"2026-06-{day - 1:02}T14:00:00Z", "strike_type": "between",
        "close_time": f"2026-06-{day + 1:02}T{close}:00Z", "floor_strike": 72, "cap_strike": 73,
        "yes_bid_dollars": "0.1000", "yes_ask_dollars": "0.2000", "yes_bid_size_fp": "1.00",
        "yes_ask_size_fp": "1.00", "settlement_timer_seconds": timer,
        "rules_primary": rules.format(day=f"June {day}, 2026"), "rules_secondary": "",
    }  # fmt: skip
    moment = f"2026-06-{day:02}T12:00:00Z"
    land(store, "kalshi_markets", {"markets": [market]}, received_at=moment, pull_id=ticker)
    store.parse("markets")


def changes(store):
    return {one.subject: one.detail for one in store.audit_rows("rules_changed", at("12:00"))}


def test_the_same_rules_day_after_day_are_silent(store):
    for day in (9, 10, 11):
        event(store, day)
    assert changes(store) == {}
    expect(
        store.frame("select * from parsed.series_rules"),
        """
        series_ticker | since_date | settlement_source                        | settlement_timer_seconds | close_convention        | fee_type
        KXHIGHNY      | 2026-06-09 | national weather service's climatological report (daily) | 3600 | midnight, standard time | quadratic
        """,  # noqa: E501 - a drawn table
    )


def test_another_source_and_timer_are_one_finding_dated_by_the_first_day(store):
    event(store, 9)
    event(store, 10, TWC, timer=300)
    event(store, 11, TWC, timer=300)
    ((subject, detail),) = changes(store).items()
    assert subject == "KXHIGHNY since 2026-06-10"
    assert "became weather company" in detail
    assert "timer 3600 s became 300 s" in detail
    assert "KXHIGHNY-26JUN10-B72.5" in detail


@pytest.mark.parametrize(
    ("close", "is_told"),
    [("04:59", False), ("05:00", False), ("03:59", True), ("04:00", True), ("06:00", True)],
)
def test_a_close_at_another_midnight_is_a_change_and_a_minute_is_none(store, close, is_told):
    event(store, 9)
    event(store, 10, close=close)
    assert bool(changes(store)) == is_told


def test_a_change_back_is_a_change_and_the_newest_counts(store):
    event(store, 9)
    event(store, 10, TWC)
    event(store, 11)
    assert list(changes(store)) == ["KXHIGHNY since 2026-06-11"]


def test_it_stops_its_own_series_until_somebody_acknowledges(store):
    event(store, 9)
    event(store, 10, TWC)
    store.audit(at("12:00"), "run")

    def halts():
        return store.read(Halts, select("decided", "halts"), as_of=at("12:00")).rows()

    def listed(moment):
        found = store.audit(at(moment), "run")
        return [one.subject for one in found if one.finding == "rules_changed"]

    subject = "KXHIGHNY since 2026-06-10"
    assert halts() == [("rules_changed", subject, "KXHIGHNY")]
    assert listed("12:01") == [subject]
    given(store, "audit.acknowledgements", f"finding | subject\n rules_changed | {subject}")
    assert halts() == []
    assert listed("12:02") == [subject]  # still listed


def test_the_recorded_move_from_the_weather_service_to_the_weather_company_is_told(store):
    folder = shared("payloads", "kalshi", "gen5_2026-09-04_weather_prod_exchange_index_TWC")
    for name in (
        "historical_markets_KXHIGHNY-26JUL02_NWS_trimmed_keys.json",
        "markets_KXHIGHNY-26SEP01_settled_TWC_trimmed_keys.json",
    ):
        body = json.loads((folder / name).read_text(encoding="utf-8"))
        for market in body["markets"]:
            market.setdefault("close_time", f"{market['open_time'][:10]}T00:00:00Z")
        land(store, "kalshi_markets", body, pull_id=name)
    store.parse("markets")
    ((subject, detail),) = changes(store).items()
    assert subject == "KXHIGHNY since 2026-09-01"
    assert "national weather service" in detail
    assert "weather company" in detail
