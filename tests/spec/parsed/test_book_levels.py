"""parsed.book_levels: what rests in the order book, in YES prices."""

from __future__ import annotations

import pytest

from tests.spec.drawn import expect, table
from tests.spec.parsed.bodies import reasons, sample, tell

FEED = "kalshi_orderbook"


def test_a_bid_for_no_is_an_offer_of_yes(store):
    tell(store, FEED, sample(FEED))
    expect(
        table(store, "parsed.book_levels"),
        """
        ticker                 | quoted_at | book_side | price_dollars | contracts
        KXHIGHNY-26JUN10-B72.5 | 12:00     | bid       | 0.29          | 5.00
        KXHIGHNY-26JUN10-B72.5 | 12:00     | bid       | 0.30          | 12.00
        KXHIGHNY-26JUN10-B72.5 | 12:00     | ask       | 0.32          | 7.50
        """,
    )
    assert reasons(store, "book_levels") == []


def test_the_book_of_cents_is_read_too(store):
    tell(store, FEED, {"orderbook": {"yes": [[1, 5], [40, 2]], "no": None}})
    expect(
        table(store, "parsed.book_levels"),
        """
        book_side | price_dollars | contracts
        bid       | 0.01          | 5
        bid       | 0.40          | 2
        """,
    )


@pytest.mark.parametrize(
    "said",
    [
        {"request": "KXHIGHNY-X"},
        {"request": "ticker=KXHIGHNY-X"},
        {"request": "depth=10&ticker=KXHIGHNY-X"},
        {"request": None, "endpoint": "/trade-api/v2/markets/KXHIGHNY-X/orderbook"},
    ],
    ids=str,
)
def test_the_request_or_the_path_says_whose_book_it_is(store, said):
    tell(store, FEED, sample(FEED), **said)
    assert set(table(store, "parsed.book_levels")["ticker"]) == {"KXHIGHNY-X"}


@pytest.mark.parametrize("empty", [None, []])
def test_an_empty_book_has_no_levels_and_no_reject(store, empty):
    tell(store, FEED, {"orderbook_fp": {"yes_dollars": empty, "no_dollars": empty}})
    assert table(store, "parsed.book_levels").is_empty()
    assert reasons(store, "book_levels") == []


@pytest.mark.parametrize(
    ("level", "reason"),
    [
        (["0.2900", "inf"], "yes_dollars count is inf"),
        (["0.2900", "-5.00"], "yes_dollars count is -5.00"),
        (["0.2900", "0.00"], "yes_dollars count is 0.00"),
        (["1.0000", "5.00"], "yes_dollars price is 1.0000"),
        (["0.29000001", "5.00"], "yes_dollars price is 0.29000001"),
        ([None, "5.00"], "yes_dollars price is missing"),
        (["0.2900"], "yes_dollars level is not a price and a count"),
        ("0.2900", "yes_dollars level is not a price and a count"),
        (None, "yes_dollars level is not a price and a count"),
    ],
    ids=str,
)
def test_a_book_with_one_unreadable_level_is_no_book(store, level, reason):
    body = {"orderbook_fp": {"yes_dollars": [["0.2800", "1.00"], level], "no_dollars": []}}
    tell(store, FEED, body)
    assert table(store, "parsed.book_levels").is_empty()
    assert reasons(store, "book_levels") == [(1, reason)]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"orderbook_fp": {"yes_dollars": []}}, "no_dollars is missing"),
        ({"orderbook_fp": {"yes_dollars": {}, "no_dollars": []}}, "yes_dollars is {}"),
        ({"orderbook_fp": []}, "the body has no orderbook_fp"),
        ({"orderbook_fp": None}, "the body has no orderbook_fp"),
        ({"error": "too many requests"}, "the body has no orderbook_fp"),
    ],
    ids=str,
)
def test_a_body_without_both_sides_is_a_reject(store, body, reason):
    tell(store, FEED, body)
    assert table(store, "parsed.book_levels").is_empty()
    assert reasons(store, "book_levels") == [(-1, reason)]


def test_a_book_of_nobody_knows_what_is_a_reject(store):
    tell(store, FEED, sample(FEED), request=None)
    assert table(store, "parsed.book_levels").is_empty()
    assert reasons(store, "book_levels") == [(-1, "the request does not say which ticker")]
