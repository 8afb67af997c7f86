"""rejected_records: what could not be read, by cause."""

from __future__ import annotations

from tests.spec.drawn import at, given, land


def rejected(store):
    return store.audit_rows("rejected_records", at("+9d 00:00"))


def test_each_class_of_reason_is_one_row_whatever_the_values(store):
    land(store, "kalshi_fills", {"fills": []}, received_at="12:00")
    given(
        store,
        "parsed.rejects",
        """
        request_id | position | noun   | feed         | reason                       | received_at
        r1         | 0        | fills  | kalshi_fills | count_fp 'inf' is no number  | 12:00
        r2         | 7        | fills  | kalshi_fills | count_fp '1e5' is no number  | 12:00
        r2         | 8        | fills  | kalshi_fills | created_time is missing      | 12:00
        r3         | 0        | orders | kalshi_fills | created_time is missing      | 12:00
        """,
    )
    found = sorted(rejected(store), key=lambda one: one.subject)
    assert [one.subject for one in found] == [
        "kalshi_fills.fills: count_fp … is no number",
        "kalshi_fills.fills: created_time is missing",
        "kalshi_fills.orders: created_time is missing",
    ]
    assert "2 records of 2 requests" in found[0].detail
    assert {one.severity for one in found} == {"warning"}


def test_a_body_that_was_read_and_a_reject_of_last_week_are_silent(store):
    land(store, "kalshi_fills", {"fills": []}, received_at="+8d 12:00")
    given(store, "parsed.rejects", "feed | received_at\n kalshi_fills | 12:00")
    assert rejected(store) == []


def test_half_of_an_answer_unread_is_another_format_and_halts_until_it_is_read_again(store):
    fills = [{"fill_id": "a"}, {"fill_id": "b"}, {"fill_id": "c"}, {"fill_id": "d"}]
    land(store, "kalshi_fills", {"fills": fills}, received_at="12:00")
    store.parse()
    assert {one.severity for one in rejected(store)} == {"halt"}
    land(store, "kalshi_fills", {"fills": []}, received_at="12:01")
    store.parse()
    assert {one.severity for one in rejected(store)} == {"warning"}


def test_a_body_that_nobody_can_read_halts(store):
    land(store, "kalshi_fills", "", received_at="12:00")
    store.parse()
    (found,) = rejected(store)
    assert (found.subject, found.severity) == ("kalshi_fills.fills: the body is empty", "halt")


def test_one_bad_record_among_many_only_warns(store):
    good = [
        {
            "fill_id": f"f{n}", "order_id": "o", "ticker": "KXHIGHNY-26JUN10-B72.5",
            "outcome_side": "yes", "yes_price_dollars": "0.5200", "count_fp": "1.00",
            "fee_cost": "0.0175", "created_time": "2026-06-01T11:00:00Z",
        }
        for n in range(3)
    ]  # fmt: skip
    land(store, "kalshi_fills", {"fills": [*good, {"fill_id": "bad"}]}, received_at="12:00")
    store.parse()
    assert {one.severity for one in rejected(store)} == {"warning"}
