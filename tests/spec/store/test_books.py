"""parsed: the first receipt of a fact and the latest version of a thing, in any order."""

from __future__ import annotations

import itertools
import json

from kwx_core.store import Store
from tests.conftest import PAPER
from tests.spec.drawn import DAY, expect, land, table


def fill(fill_id: str, count: str = "1.00") -> dict:
    return {
        "fill_id": fill_id, "trade_id": fill_id, "order_id": "o1",
        "ticker": "KXHIGHNY-26JUN10-B72.5", "market_ticker": "KXHIGHNY-26JUN10-B72.5",
        "outcome_side": "yes", "book_side": "bid", "side": "yes", "action": "buy",
        "count_fp": count, "yes_price_dollars": "0.2500", "no_price_dollars": "0.7500",
        "is_taker": True, "fee_cost": "0.010000", "created_time": "2026-06-10T12:00:00Z",
    }  # fmt: skip


def order(status: str, filled: str, remaining: str) -> dict:
    return {
        "order_id": "o1", "client_order_id": "xb_a", "ticker": "KXHIGHNY-26JUN10-B72.5",
        "outcome_side": "yes", "book_side": "bid", "side": "yes", "action": "buy",
        "type": "limit", "status": status, "yes_price_dollars": "0.2500",
        "no_price_dollars": "0.7500", "fill_count_fp": filled, "remaining_count_fp": remaining,
        "initial_count_fp": "2.00", "created_time": "2026-06-10T11:00:00Z",
        "last_update_time": "2026-06-10T11:00:00Z",
    }  # fmt: skip


def test_the_same_page_three_times_gives_one_none_none(store: Store) -> None:
    kept = []
    for minute in ("12:00", "12:01", "12:02"):
        land(store, "kalshi_fills", {"cursor": "", "fills": [fill("f1")]}, received_at=minute)
        before = table(store, "parsed.fills").height
        store.parse("fills")
        kept.append(table(store, "parsed.fills").height - before)
    assert kept == [1, 0, 0]


def test_a_fact_keeps_its_first_receipt_whatever_the_order_of_landing(store: Store) -> None:
    for minute in ("12:05", "12:00", "12:03"):
        land(store, "kalshi_fills", {"cursor": "", "fills": [fill("f1")]}, received_at=minute)
        store.parse("fills")
    expect(table(store, "parsed.fills"), "fill_id | received_at\nf1 | 12:00")


def test_a_thing_that_changes_keeps_its_latest_version(store: Store) -> None:
    polls = {
        "12:00": order("resting", "0.00", "2.00"),
        "12:01": order("resting", "1.00", "1.00"),
        "12:02": order("executed", "2.00", "0.00"),
    }
    for minute in ("12:02", "12:00", "12:01"):
        land(store, "kalshi_orders", {"cursor": "", "orders": [polls[minute]]}, received_at=minute)
        store.parse("orders")
    expect(
        table(store, "parsed.orders"),
        """
        order_id | status   | filled_contracts | received_at
        o1       | executed | 2.00             | 12:02
        """,
    )


def test_any_order_of_landing_with_repetitions_gives_the_same_book() -> None:
    pages = [
        ("12:00", [fill("f1"), fill("f2")]),
        ("12:01", [fill("f2"), fill("f3")]),
        ("12:02", [fill("f3"), fill("f1")]),
    ]
    books = set()
    for order_of_landing in itertools.permutations(pages):
        with Store.in_memory(PAPER, DAY) as store:
            for minute, fills in (*order_of_landing, order_of_landing[0]):
                land(store, "kalshi_fills", {"cursor": "", "fills": fills}, received_at=minute)
                store.parse("fills")
            rows = table(store, "parsed.fills").drop("landed_seq").sort("fill_id").rows()
            books.add(json.dumps(rows, default=str))
    assert len(books) == 1
    assert "f3" in books.pop()


def test_parsing_again_changes_nothing(store: Store) -> None:
    land(store, "kalshi_fills", {"cursor": "", "fills": [fill("f1"), fill("f2", "inf")]})
    store.parse()
    before = table(store, "parsed.fills"), table(store, "parsed.rejects")
    assert store.rebuild(["parsed"], write=True).rows_changed == 0
    after = table(store, "parsed.fills"), table(store, "parsed.rejects")
    assert [one.rows() for one in before] == [one.rows() for one in after]


def test_one_bad_record_is_a_reject_and_the_others_land(store: Store) -> None:
    land(
        store, "kalshi_fills", {"cursor": "", "fills": [fill("f1"), fill("f2", "inf"), fill("f3")]}
    )
    store.parse("fills")
    expect(table(store, "parsed.fills"), "fill_id\nf1\nf3")
    reject = table(store, "parsed.rejects").row(0, named=True)
    assert reject["position"] == 1
    assert json.loads(reject["record"])["fill_id"] == "f2"
    assert "count_fp" in reject["reason"]


def test_each_of_many_bad_records_of_one_body_is_a_reject_with_its_own_text(store: Store) -> None:
    # On 2026-11-25 a body of 11 MB with as many bad records took all memory: the text of the
    # whole body was carried along with each of them.
    bad = [{"x": f"{number} {'y' * 500}"} for number in range(2000)]
    land(store, "kalshi_fills", {"cursor": "", "fills": [*bad, fill("f1")]})
    store.parse("fills")
    rejects = table(store, "parsed.rejects").sort("position")
    assert rejects.height == 2000
    assert [json.loads(text)["x"].split()[0] for text in rejects["record"][:3]] == ["0", "1", "2"]
    expect(table(store, "parsed.fills"), "fill_id\nf1")
