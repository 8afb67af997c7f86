"""markets_unlisted: what trades must be in the newest list of its series."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given, land

LIST = "/trade-api/v2/markets?limit=1000&series_ticker=KXHIGHNY&status=open"
LISTED = """
    ticker | event_ticker | series_ticker | open_at | close_at  | received_at | market_result
    A      | E            | KXHIGHNY      | 08:00   | {close_at} | {a}        | {result}
    B      | E            | KXHIGHNY      | 08:00   | +1d 05:00 | {b}         | -
"""


def unlisted(store, pages=("12:00",), is_last=True, **said):
    values = {"a": "12:00", "b": "12:00", "close_at": "+1d 05:00", "result": "-"} | said
    given(store, "parsed.markets", LISTED.format(**values))
    for page, received_at in enumerate(pages):
        land(
            store, "kalshi_markets", {"markets": []}, endpoint=LIST, received_at=received_at,
            requested_at=at(received_at), page=page, pull_id="p",
            is_last_page=is_last and page == len(pages) - 1,
        )  # fmt: skip
    return [
        (one.subject, one.severity) for one in store.audit_rows("markets_unlisted", at("12:01"))
    ]


def test_a_list_that_has_them_all_is_silent(store):
    assert unlisted(store) == []


def test_a_market_that_is_left_out_is_told_and_an_event_of_which_nothing_is_listed_halts(store):
    assert unlisted(store, a="11:59") == [("E", "warning")]
    given(store, "parsed.markets", "ticker | event_ticker | series_ticker | open_at | close_at |"
          " received_at\n C | F | KXHIGHNY | 08:00 | +1d 05:00 | 11:59")  # fmt: skip
    found = [
        (one.subject, one.severity) for one in store.audit_rows("markets_unlisted", at("12:01"))
    ]
    assert sorted(found) == [("E", "warning"), ("F", "halt")]


@pytest.mark.parametrize("ended", [{"close_at": "12:00:30"}, {"result": "yes"}])
def test_what_no_longer_trades_may_be_left_out(store, ended):
    assert unlisted(store, a="11:59", **ended) == []


def test_a_list_that_broke_off_says_nothing_of_what_it_lacks(store):
    assert unlisted(store, a="11:59", is_last=False) == []


def test_a_later_page_of_the_list_is_the_same_list(store):
    assert unlisted(store, pages=("12:00", "12:00:30"), a="12:00:30") == []


def test_two_pages_are_whole_together(store):
    assert unlisted(store, pages=("12:00", "12:00:30"), a="11:59") == [("E", "warning")]
