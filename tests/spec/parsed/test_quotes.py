"""parsed.quotes: the top of each book, kept on change or once in 300 seconds."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.spec.drawn import at, expect, land, table
from tests.spec.parsed.bodies import reasons, sample, tell

QUOTED = {
    "ticker": "KXHIGHNY-26JUN10-X", "event_ticker": "KXHIGHNY-26JUN10", "status": "active",
    "result": "", "yes_bid_dollars": "0.3000", "yes_bid_size_fp": "12.00",
    "yes_ask_dollars": "0.3200", "yes_ask_size_fp": "7.50", "last_price_dollars": "0.3100",
    "volume_fp": "420.00",
}  # fmt: skip
CENTS = {
    "ticker": "KXHIGHNY-26JUN10-X", "event_ticker": "KXHIGHNY-26JUN10", "status": "active",
    "result": "", "yes_bid": 30, "yes_ask": 32, "last_price": 31, "volume": 420,
}  # fmt: skip


def test_both_sides_are_read_with_their_sizes(store):
    tell(store, "kalshi_markets", {"markets": [QUOTED]})
    expect(
        table(store, "parsed.quotes"),
        """
        quoted_at | yes_bid_dollars | yes_bid_contracts | yes_ask_dollars | yes_ask_contracts
        12:00     | 0.30            | 12.00             | 0.32            | 7.50
        """,
    )
    expect(
        table(store, "parsed.quotes"),
        "last_price_dollars | volume_contracts | status\n0.31 | 420 | active",
    )


def test_integer_cents_have_no_sizes_and_price_alone_decides(store):
    tell(store, "kalshi_event", {"markets": [CENTS]})
    expect(
        table(store, "parsed.quotes"),
        """
        yes_bid_dollars | yes_bid_contracts | yes_ask_dollars | yes_ask_contracts
        0.30            | -                 | 0.32            | -
        """,
    )
    assert reasons(store, "quotes") == []


@pytest.mark.parametrize(
    ("change", "bid", "ask"),
    [
        ({"yes_bid_dollars": "0.0000", "yes_bid_size_fp": "0.00"}, "-", "0.32"),
        ({"yes_ask_dollars": "1.0000", "yes_ask_size_fp": "0.00"}, "0.30", "-"),
        ({"yes_ask_dollars": "0.0000", "yes_ask_size_fp": "0.00"}, "0.30", "-"),
        ({"yes_bid_size_fp": "-3.00"}, "-", "0.32"),
        ({"yes_ask_size_fp": "0.00"}, "0.30", "-"),
        ({"yes_bid_dollars": "0.0050"}, "0.005", "0.32"),
    ],
    ids=str,
)
def test_a_side_exists_only_with_a_price_within_and_a_size(store, change, bid, ask):
    tell(store, "kalshi_markets", {"markets": [{**QUOTED, **change}]})
    expect(table(store, "parsed.quotes"), f"yes_bid_dollars | yes_ask_dollars\n{bid} | {ask}")
    assert reasons(store, "quotes") == []


@pytest.mark.parametrize(("yes_bid", "yes_ask"), [(0, 0), (0, 100), (100, 0)])
def test_a_side_of_cents_at_the_edge_is_none(store, yes_bid, yes_ask):
    tell(store, "kalshi_event", {"markets": [{**CENTS, "yes_bid": yes_bid, "yes_ask": yes_ask}]})
    expect(table(store, "parsed.quotes"), "yes_bid_dollars | yes_ask_dollars\n- | -")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"yes_bid_dollars": None}, "yes_bid_dollars is missing"),
        ({"yes_ask_dollars": "1.5"}, "yes_ask_dollars is 1.5"),
        ({"yes_ask_dollars": "-0.32"}, "yes_ask_dollars is -0.32"),
        ({"yes_bid_dollars": "0.30000001"}, "yes_bid_dollars is 0.30000001"),
        ({"yes_bid_size_fp": None}, "yes_bid_size_fp is missing"),
        ({"yes_ask_size_fp": "inf"}, "yes_ask_size_fp is inf"),
        ({"last_price_dollars": "last"}, "last_price_dollars is last"),
        ({"volume_fp": "-1"}, "volume_fp is -1"),
        ({"volume_fp": {}}, "volume_fp is {}"),
    ],
    ids=str,
)
def test_a_quote_half_read_is_no_quote_and_the_market_stays(store, change, reason):
    _, second = sample("kalshi_markets")["markets"]
    tell(store, "kalshi_markets", {"markets": [{**QUOTED, **change}, second]})
    expect(table(store, "parsed.quotes"), "ticker\nKXHIGHNY-26JUN10-T77")
    assert reasons(store, "quotes") == [(0, reason)]
    assert table(store, "parsed.markets").height == 2


POLLS = """
    12:00:00 | 0.3000 | kept: the first
    12:01:00 | 0.3000 |
    12:02:00 | 0.3100 | kept: another bid
    12:03:00 | 0.3100 |
    12:04:00 | 0.3000 | kept: back again
    12:05:00 | 0.3000 | kept: a bucket of its own
    12:06:00 | 0.3000 |
    12:14:00 | 0.3000 | kept: two buckets later
"""


def polls():
    lines = [line.split("|") for line in POLLS.strip().splitlines()]
    return [(time.strip(), bid.strip(), bool(word.strip())) for time, bid, word in lines]


@pytest.mark.parametrize("at_once", [1, 2, 3, 8])
def test_a_quote_is_kept_on_change_or_in_a_new_bucket_whatever_the_windows(store, at_once):
    for number, (time, bid, _) in enumerate(polls(), start=1):
        body = {"markets": [{**QUOTED, "yes_bid_dollars": bid}]}
        land(store, "kalshi_markets", body, received_at=time)
        if number % at_once == 0:
            store.parse("quotes")
    store.parse("quotes")
    kept = [at(time) for time, _, is_kept in polls() if is_kept]
    assert table(store, "parsed.quotes")["quoted_at"].sort().to_list() == kept
    changes = store.rebuild(["parsed"], write=False).changes
    assert "parsed.quotes" not in changes["table_name"]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(st.tuples(st.integers(1, 400), st.sampled_from(["0.30", "0.31"])), max_size=8),
    cut=st.integers(0, 8),
)
def test_the_same_polls_give_the_same_quotes_however_they_are_cut(store, steps, cut):
    with store.transaction():
        for name in ("parsed.quotes", "parsed.progress", "landed.requests"):
            store._con.execute(f"delete from {name}")
    seconds = 0
    for number, (step, bid) in enumerate(steps):
        seconds += step
        time = f"12:{seconds // 60:02d}:{seconds % 60:02d}"
        body = {"markets": [{**QUOTED, "yes_bid_dollars": bid}]}
        land(store, "kalshi_markets", body, received_at=time)
        if number == cut:
            store.parse("quotes")
    store.parse("quotes")
    cut_quotes = table(store, "parsed.quotes").sort("quoted_at")
    store.rebuild(["parsed"], write=True)
    assert table(store, "parsed.quotes").sort("quoted_at").equals(cut_quotes)
