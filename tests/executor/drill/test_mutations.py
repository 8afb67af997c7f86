"""What a case does to a body: the named key alone, wherever it is."""

from __future__ import annotations

import json

import pytest

from executor.drill.mutations import Case, cases, is_changed, opened, spoiled, written
from executor.drill.run import all_cases, asked_feeds
from executor.drill.wire import turned

FILLS = {"fills": [{"fill_id": "a", "fee_cost": "0.0175"}, {"fill_id": "b", "fee_cost": "0"}]}
CENTS = {"settlements": [{"revenue": 250}]}
BOOK = {"orderbook_fp": {"yes_dollars": [["0.5200", "10.00"], ["0.5100", "3.00"]]}}


def after(mutation, body, *path):
    case = Case("a_feed", path[-1] if path else None, mutation, path=path)
    return opened(spoiled(case, written(body)))


@pytest.mark.parametrize(
    ("mutation", "first"),
    [
        ("drop", {"fill_id": "a"}),
        ("null", {"fill_id": "a", "fee_cost": None}),
        ("type", {"fill_id": "a", "fee_cost": 0.0175}),
        ("rename", {"fill_id": "a", "fee_cost_renamed": "0.0175"}),
        ("rescale", {"fill_id": "a", "fee_cost": "1.7500"}),
    ],
)
def test_a_key_goes_wrong_in_every_record_and_nothing_else_does(mutation, first):
    found = after(mutation, FILLS, "fills", "fee_cost")["fills"]
    assert found[0] == first
    assert [record["fill_id"] for record in found] == ["a", "b"]


def test_whole_cents_become_dollars_and_in_a_book_the_price_alone_is_money():
    assert after("rescale", CENTS, "settlements", "revenue") == {"settlements": [{"revenue": 2.5}]}
    levels = after("rescale", BOOK, "orderbook_fp", "yes_dollars")["orderbook_fp"]["yes_dollars"]
    assert levels == [["52.0000", "10.00"], ["51.0000", "3.00"]]


def test_a_list_itself_goes_wrong_like_a_key():
    assert after("drop", FILLS, "fills") == {}
    assert after("rename", FILLS, "fills") == {"fills_renamed": FILLS["fills"]}


def test_a_key_that_is_not_sent_appears_and_cannot_be_lost():
    assert after("null", CENTS, "settlements", "yes_count")["settlements"][0]["yes_count"] is None
    case = Case("a_feed", "yes_count", "drop", path=("settlements", "yes_count"))
    assert not is_changed(case, written(CENTS))


@pytest.mark.parametrize(
    "mutation", ["new_key", "nested_key", "new_key_above", "key_order", "white_space",
                 "escaped_words", "trailing_zeros"],
)  # fmt: skip
def test_a_harmless_change_keeps_every_word_and_changes_the_text(mutation):
    body = {"fills": [{"fill_id": "é", "fee_cost": "0.0175", "temp": 21.7}], "cursor": ""}
    case = Case("a_feed", None, mutation, is_benign=True)
    changed = spoiled(case, written(body))
    assert changed != written(body)
    (record,) = json.loads(changed)["fills"]
    assert record["fill_id"] == "é"
    assert float(record["fee_cost"]) == 0.0175
    assert record["temp"] == 21.7


def test_trailing_zeros_spare_times_and_reports():
    body = written([{"time": "2026-11-12T12:00:00.123Z", "raw": "KNYC 10.5 RMK", "n": 3}])
    assert spoiled(Case("metar", None, "trailing_zeros", is_benign=True), body) == body


def test_pages_are_given_again_cut_off_left_out_and_followed_by_nothing():
    page, last = {"fills": [1], "cursor": "c"}, {"fills": [2], "cursor": ""}
    assert turned(page, "duplicate_page", "") == {"fills": [1], "cursor": "again"}
    assert turned(page, "duplicate_page", "again") == page
    assert turned(page, "lost_page", "") == {"fills": [1], "cursor": ""}
    assert turned(last, "lost_first_page", "") == {"fills": [], "cursor": ""}
    assert turned(last, "empty_page", "c") == {"fills": [2], "cursor": "again"}
    assert turned(last, "empty_page", "again") == {"fills": [], "cursor": ""}


def test_the_drill_tries_every_field_five_ways_and_at_least_fifty_harmless_changes():
    tried = all_cases(asked_feeds())
    assert len(set(tried)) == len(tried)
    assert sum(case.is_benign for case in tried) >= 50
    wrong = {case.mutation for case in tried if not case.is_benign}
    assert wrong >= {
        "drop", "null", "type", "rename", "rescale", "stale", "duplicate_page", "lost_page",
        "no_body",
    }  # fmt: skip
    fields = {(case.feed, case.field) for case in tried if case.field and not case.is_benign}
    for mutation in ("drop", "null", "type", "rename"):
        assert {(c.feed, c.field) for c in tried if c.mutation == mutation} == fields


def test_no_list_of_cases_is_drawn_from_nothing():
    assert [case for case in cases([], {}, []) if case.field] == []
