"""What the world may send instead of what it promised: never a crash, never a half-read record."""

from __future__ import annotations

import copy
import json

import pytest

from tests.spec.drawn import land, table
from tests.spec.parsed.bodies import (
    LIST_OF_FEED,
    NOUNS_OF_FEED,
    landing,
    reasons,
    records,
    sample,
    tell,
)

FEEDS = sorted(NOUNS_OF_FEED)
TEN_MEGABYTES = 10 * 1024 * 1024


def truncated(feed):
    return json.dumps(sample(feed))[:-20]


BODIES = {
    "truncated": (truncated, "the body is not JSON"),
    "empty": (lambda _: b"", "the body is empty"),
    "blank": (lambda _: b" \r\n ", "the body is empty"),
    "not JSON": (lambda _: b"upstream connect error", "the body is not JSON"),
    "HTML": (lambda _: b"<!doctype html><html><body>502</body></html>", "the body is not JSON"),
    "not UTF-8": (lambda _: b"\xff\xfe{}", "the body is not UTF-8 text"),
    "a zero byte": (lambda _: b'{"a":"\x00"}', "the body is not UTF-8 text"),
    "two documents": (lambda feed: json.dumps(sample(feed)) + "{}", "the body is not JSON"),
    "a number": (lambda _: b"5", "the body "),
    "null": (lambda _: b"null", "the body "),
    "a text": (lambda _: b'"hello"', "the body "),
}


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("condition", BODIES)
def test_a_body_that_is_no_answer_is_one_reject_with_a_reason(store, feed, condition):
    spoil, reason = BODIES[condition]
    tell(store, feed, spoil(feed))
    first, *others = NOUNS_OF_FEED[feed]
    ((position, words),) = reasons(store, first)
    assert position == -1
    assert words.startswith(reason)
    assert all(table(store, f"parsed.{noun}").is_empty() for noun in NOUNS_OF_FEED[feed])
    assert all(reasons(store, noun) == [] for noun in others)


@pytest.mark.parametrize("feed", ["kalshi_fills", "kalshi_balance", "metar"])
@pytest.mark.parametrize("junk", [b"x", b"[", b'{"fills":', b"\xff"])
def test_ten_megabytes_of_junk_are_one_reject_with_a_short_record(store, feed, junk):
    tell(store, feed, junk * (TEN_MEGABYTES // len(junk)))
    assert len(reasons(store, NOUNS_OF_FEED[feed][0])) == 1
    kept = store.frame("select record from parsed.rejects")["record"].to_list()
    assert max(map(len, kept)) <= 4000


ERRORS = [
    {"error": "too many requests"},
    {"msg": "no"},
    {"code": "x"},
    {"error": {"code": "x"}},
    {},
]


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("body", ERRORS, ids=str)
def test_an_error_sent_as_a_success_is_a_reject(store, feed, body):
    tell(store, feed, body)
    assert len(reasons(store, NOUNS_OF_FEED[feed][0])) == 1
    assert table(store, f"parsed.{NOUNS_OF_FEED[feed][0]}").is_empty()


@pytest.mark.parametrize("feed", sorted(LIST_OF_FEED))
@pytest.mark.parametrize("sent", [{}, None, "none", 5, True], ids=str)
def test_records_that_are_not_a_list_are_a_reject(store, feed, sent):
    tell(store, feed, {LIST_OF_FEED[feed]: sent})
    ((position, words),) = reasons(store, NOUNS_OF_FEED[feed][0])
    assert (position, words) == (-1, f"the body has no list of {LIST_OF_FEED[feed]}")


@pytest.mark.parametrize("feed", sorted({*LIST_OF_FEED, "metar"}))
@pytest.mark.parametrize("junk", [None, 5, "x", [], {}, True], ids=str)
def test_a_record_that_is_none_does_not_cost_the_others(store, feed, junk):
    body = sample(feed)
    count = len(records(feed, body))
    records(feed, body).insert(1, junk)
    tell(store, feed, body)
    for noun in NOUNS_OF_FEED[feed]:
        assert table(store, f"parsed.{noun}").height == count
    assert [position for position, _ in reasons(store, NOUNS_OF_FEED[feed][0])] == [1]


def test_ten_megabytes_of_records_are_read(store):
    record = sample("kalshi_fills")["fills"][0]
    count = TEN_MEGABYTES // len(json.dumps(record)) + 1
    fills = [{**record, "fill_id": f"fill-{number}"} for number in range(count)]
    tell(store, "kalshi_fills", {"fills": fills})
    assert table(store, "parsed.fills").height == count
    assert reasons(store, "fills") == []


def test_a_feed_that_nobody_reads_is_kept_and_left_alone(store):
    land(store, "kalshi_gossip", {"fills": sample("kalshi_fills")["fills"]})
    assert all(counts.kept == counts.rejected == 0 for counts in store.parse().values())
    assert store.frame("select feed from landed.requests")["feed"].to_list() == ["kalshi_gossip"]


VALUES = {
    "an object": {"x": 1},
    "a list": [1],
    "a truth": True,
    "a word": "garbage",
    "infinite": "inf",
    "no number": "nan",
    "absurd": 1e300,
    "negative": "-1.00",
    "too fine": "0.12345678",
    "an exponent": "1e-3",
    "blank": "",
}
# Fields that hold a number or a moment. What is not here is a name, a text or nobody reads it.
MEASURED = {
    "kalshi_markets": (
        "open_time", "close_time", "yes_bid_dollars", "yes_ask_dollars", "yes_bid_size_fp",
        "yes_ask_size_fp", "last_price_dollars", "volume_fp",
    ),
    "kalshi_trades": ("created_time", "yes_price_dollars", "count_fp"),
    "kalshi_orders": (
        "yes_price_dollars", "no_price_dollars", "initial_count_fp", "fill_count_fp",
        "remaining_count_fp", "created_time", "last_update_time", "exchange_index",
    ),
    "kalshi_fills": (
        "yes_price_dollars", "no_price_dollars", "count_fp", "fee_cost", "created_time",
        "exchange_index",
    ),
    "kalshi_settlements": (
        "value", "settled_time", "exchange_index", "revenue", "yes_count_fp", "no_count_fp",
        "yes_total_cost_dollars", "no_total_cost_dollars", "fee_cost",
    ),
    "kalshi_positions": (
        "exchange_index", "position_fp", "market_exposure_dollars", "realized_pnl_dollars",
        "fees_paid_dollars",
    ),
    "kalshi_balance": ("balance_dollars", "portfolio_value"),
    "kalshi_deposits": ("amount_cents", "fee_cents", "finalized_ts", "exchange_index"),
    "kalshi_withdrawals": ("amount_cents", "fee_cents", "finalized_ts"),
    "kalshi_historical_fills": ("yes_price", "count", "fee_cost", "created_time"),
    "kalshi_user_data_timestamp": ("as_of_time",),
    "metar": ("obsTime", "temp"),
    "open_meteo": ("utc_offset_seconds",),
}  # fmt: skip
# Values that these fields may have: debts, losses and NO positions; sizes of determined markets;
# cents with a fraction.
SOUND = {
    ("kalshi_markets", "yes_bid_size_fp", "negative"),
    ("kalshi_markets", "yes_ask_size_fp", "negative"),
    ("kalshi_settlements", "revenue", "negative"),
    ("kalshi_positions", "position_fp", "negative"),
    ("kalshi_positions", "market_exposure_dollars", "negative"),
    ("kalshi_positions", "realized_pnl_dollars", "negative"),
    ("kalshi_balance", "balance_dollars", "negative"),
    ("kalshi_balance", "portfolio_value", "negative"),
}
SPOILED = [
    (feed, name, condition)
    for feed, names in MEASURED.items()
    for name in names
    for condition in VALUES
    if (feed, name, condition) not in SOUND
]


def spoiled(feed, name, value):
    body = copy.deepcopy(sample(feed))
    records(feed, body)[0][name] = value
    return body


def test_a_bad_value_in_any_measured_field_is_a_reject_that_names_it_and_the_others_land(store):
    store.land(
        [
            landing(feed, spoiled(feed, name, VALUES[condition]), number)
            for number, (feed, name, condition) in enumerate(SPOILED)
        ]
    )
    store.parse()
    found = store.frame(
        "select page, string_agg(reason, '; ') as reason from parsed.rejects "
        "inner join landed.requests using (request_id) where position = 0 group by page"
    )
    said = dict(found.rows())
    silent = [case for number, case in enumerate(SPOILED) if case[1] not in said.get(number, "")]
    assert silent == []
    others = store.frame("select count(*) as n from parsed.rejects where position <> 0")
    assert others["n"].to_list() == [0]


def test_a_value_of_the_wrong_type_in_any_field_of_any_feed_never_stops_the_walk(store):
    cases = [
        (feed, name, value)
        for feed in FEEDS
        for name in records(feed, sample(feed))[0]
        for value in [*VALUES.values(), None]
    ]
    store.land(
        [
            landing(feed, spoiled(feed, name, value), n)
            for n, (feed, name, value) in enumerate(cases)
        ]
    )
    store.parse()
    for feed in LIST_OF_FEED:
        second = store.frame(
            "select count(*) as n from parsed.rejects where feed = $feed and position <> 0",
            feed=feed,
        )
        assert second["n"].to_list() == [0]
    for noun in ("fills", "trades", "orders", "settlements", "markets"):
        assert table(store, f"parsed.{noun}").height >= 2
