"""field_pages: which fields a page's records carry, one page a shape for every six hours."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, land, table

FEED = "kalshi_settlements"


def pages(store, *records, received_at="12:00", feed=FEED, key="settlements"):
    land(store, feed, {key: list(records)}, received_at=received_at)
    store.parse("field_pages")


def fields(store, where="true"):
    """Each entry of the pages as {field: (present, nulls, zeros, types)}."""
    rows = store.frame(
        f"select unnest(fields, recursive := true) from parsed.field_pages where {where}"
    )
    names = ("present", "nulls", "zeros", "types")
    return {row["field"]: tuple(row[name] for name in names) for row in rows.rows(named=True)}


def test_a_field_is_counted_over_every_record_with_its_nulls_zeros_and_types(store):
    pages(
        store,
        {"ticker": "A-1", "revenue": 100, "value": None},
        {"ticker": "A-2", "revenue": 0, "value": 50},
        {"ticker": "A-3", "revenue": 0.5},
        {"ticker": "A-4", "revenue": "0.00"},
    )
    assert fields(store) == {
        "ticker": (4, 0, 0, ["string"]),
        "revenue": (4, 0, 2, ["integer", "number", "string"]),
        "value": (1, 1, 0, ["integer", "null"]),
    }


def test_a_choice_is_counted_word_by_word_and_a_name_is_not(store):
    many = [{"market_result": "yes", "note": f"word{'abcdefghij'[n]}"} for n in range(10)]
    pages(store, {"market_result": "no", "note": "one"}, *many)
    found = fields(store)
    assert found["market_result=yes"] == (10, 0, 0, [])
    assert found["market_result=no"] == (1, 0, 0, [])
    assert not [name for name in found if name.startswith("note=")]


def test_the_numbers_of_a_field_are_told_by_their_least_middle_and_greatest(store):
    pages(store, *({"cost": cost} for cost in ("-4.00", "0.0000", "1.00", "9.00")))
    row = store.frame(
        "select unnest(fields, recursive := true) from parsed.field_pages"
    ).row(0, named=True)  # fmt: skip
    assert (row["least"], row["middle"], row["greatest"]) == (1.0, 4.0, 9.0)


def test_fields_of_fields_are_told_as_parent_and_child(store):
    land(
        store,
        "kalshi_balance",
        {"balance_breakdown": [{"exchange_index": 0}, {"exchange_index": 1, "balance": "1"}]},
    )
    store.parse("field_pages")
    found = fields(store)
    assert found["balance_breakdown"] == (1, 0, 0, ["array"])
    assert found["balance_breakdown.exchange_index"] == (2, 0, 1, ["integer"])
    assert found["balance_breakdown.balance"] == (1, 0, 0, ["string"])


def test_the_price_of_the_first_level_stands_for_an_order_book(store):
    land(store, "kalshi_orderbook", {"orderbook_fp": {"yes_dollars": [["0.41", "3.00"]]}})
    store.parse("field_pages")
    row = store.frame(
        "select unnest(fields, recursive := true) from parsed.field_pages"
    ).row(0, named=True)  # fmt: skip
    assert (row["field"], row["middle"]) == ("yes_dollars", 0.41)


@pytest.mark.parametrize(
    ("first", "second", "received_at", "expected"),
    [
        ({"a": "x"}, {"a": "y"}, "12:05", 1),  # the newest page of the shape stays
        ({"a": "x"}, {"a": "y"}, "18:00", 2),  # of each six hours
        ({"a": 1}, {"a": 1.5}, "12:05", 1),  # a number is a number
        ({"a": "x"}, {"b": "x"}, "12:05", 2),
        ({"a": "x"}, {"a": 1}, "12:05", 2),
        ({"a": "x"}, {"a": None}, "12:05", 2),
    ],
)
def test_a_shape_is_its_keys_and_types_and_stands_once_in_six_hours(
    store, first, second, received_at, expected
):
    pages(store, first)
    pages(store, second, received_at=received_at)
    found = table(store, "parsed.field_pages")
    assert found.height == expected
    assert found["received_at"].max() == at(received_at)


@pytest.mark.parametrize("feed", ["kalshi_fills", "kalshi_orders"])
def test_any_order_of_landing_gives_the_same_pages(store, feed):
    key = feed.removeprefix("kalshi_")
    for received_at in ("12:10", "12:00", "12:20"):
        pages(store, {"at": received_at}, received_at=received_at, feed=feed, key=key)
    found = table(store, "parsed.field_pages")
    assert found["received_at"].to_list() == [at("12:20")]


@pytest.mark.parametrize(
    ("body", "records"),
    [
        ({"settlements": []}, 0),
        ({"settlements": [1, "x", None]}, 3),
        ({"settlements": None}, None),
        ({"other": []}, None),
        ("", None),
        ("<html>", None),
        (b"\xff\x00", None),
        ("null", None),
    ],
)
def test_a_page_without_a_list_is_a_page_and_an_empty_list_has_no_fields(store, body, records):
    land(store, FEED, body)
    store.parse("field_pages")
    (row,) = table(store, "parsed.field_pages").rows(named=True)
    assert (row["records"], row["fields"]) == (records, [])


def test_a_good_answer_without_a_body_is_a_page_without_a_list(store):
    land(store, FEED, "", status_code=204)
    store.parse()
    assert store.frame("select records from parsed.field_pages")["records"].to_list() == [None]
    found = [(one.finding, one.severity) for one in store.audit(at("12:01"), "spec")]
    assert ("field_drift", "halt") in found


def test_only_good_answers_of_feeds_whose_fields_are_listed_are_looked_at(store):
    land(store, FEED, {"settlements": [{"a": 1}]}, status_code=500)
    land(store, "nws_cli", {"a": 1})
    store.parse("field_pages")
    assert table(store, "parsed.field_pages").is_empty()
