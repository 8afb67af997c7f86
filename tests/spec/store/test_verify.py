"""verify: books are what a rebuild from the facts gives, and the same hash says so anywhere."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from kwx_core.store import Store
from kwx_core.store.catalog import BOOKS, TABLES
from tests.properties.test_ledger_against_paper import Trading, drawn_action
from tests.spec.drawn import land, table

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # sha256 of nothing


@pytest.fixture
def traded(store: Store) -> Store:
    """An account that traded and settled, a record that nobody could read, all of it in books."""
    chance = random.Random(1)  # noqa: S311 - a seeded customer, no secret
    trading = Trading(store, "quadratic")
    for _ in range(30):
        trading.act(drawn_action(chance))
    trading.finish("yes", None)
    at = (trading.exchange.clock.now() + timedelta(minutes=1)).isoformat()
    land(store, "kalshi_fills", {"fills": [{"fill_id": "f"}], "cursor": ""}, received_at=at)
    store.parse()
    store.derive_all()
    return store


def differing(store: Store) -> dict[str, str]:
    return {one.table_name: one.detail for one in store.verify()}


def test_books_that_a_rebuild_would_make_the_same_are_sound(traded: Store) -> None:
    filled = ("fills", "orders", "settlements", "positions", "balances", "rejects")
    assert all(not table(traded, f"parsed.{noun}").is_empty() for noun in filled)
    assert all(not table(traded, f"ledger.{noun}").is_empty() for noun in BOOKS)
    assert differing(traded) == {}


TOUCHED = {
    "a cent": ("update ledger.cash set amount_dollars = amount_dollars + 0.01 where rowid = 3",
               "ledger.cash", "amount_dollars is"),
    "a side": (("update parsed.fills set outcome_side = "
               "if(outcome_side = 'yes', 'no', 'yes') where rowid = 0"),
               "parsed.fills", "outcome_side is"),
    "a row less": ("delete from ledger.pnl where rowid = 0", "ledger.pnl", "is nothing, is to be"),
    "a row twice": ("insert into ledger.pnl from ledger.pnl where rowid = 0",
                    "ledger.pnl", "1 doubled rows"),
    "a fill twice": ("insert into parsed.fills from parsed.fills where rowid = 0",
                     "parsed.fills", "1 doubled rows"),
    "a row of no landing": (("insert into parsed.fills select * replace ('x' as fill_id, "
                            "1000000 as landed_seq) from parsed.fills limit 1"),
                            "parsed.fills", "x fill_id is x, is to be nothing"),
    "a receipt": ("update parsed.orders set position = position + 1 where rowid = 0",
                  "parsed.orders", "position is"),
    "a reject": ("delete from parsed.rejects", "parsed.rejects", "request_id is nothing"),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "name", "told"), TOUCHED.values(), ids=TOUCHED)
def test_a_touched_book_is_told_with_its_value_and_a_rebuild_mends_it(
    traded: Store, statement: str, name: str, told: str
) -> None:
    sound = traded.digests()
    traded._con.execute(statement)
    assert told in differing(traded)[name]
    assert traded.digests()[name] != sound[name]
    traded.rebuild(["parsed", "ledger"], write=True)
    assert differing(traded) == {}
    assert traded.digests() == sound


def test_looking_changes_nothing(traded: Store) -> None:
    traded._con.execute("update ledger.pnl set fee_dollars = 7")
    before = {name: table(traded, name).rows() for name in TABLES}
    traded.verify()
    assert {name: table(traded, name).rows() for name in TABLES} == before


def test_a_rebuild_reads_everything_anew_where_it_counted_as_read(traded: Store) -> None:
    traded._con.execute("update parsed.progress set until_seq = until_seq + 100")
    assert set(differing(traded)) == {"parsed.progress"}
    traded.rebuild(["parsed"], write=True)
    assert differing(traded) == {}


def test_books_whose_schemas_were_dropped_are_rebuilt_with_the_same_hashes(
    traded: Store,
) -> None:
    sound = traded.digests()
    assert EMPTY not in {sound[f"ledger.{noun}"] for noun in BOOKS}
    for stage in ("ledger", "parsed"):
        traded._con.execute(f"drop schema {stage} cascade")
    assert traded.rebuild(["parsed", "ledger"], write=False).rows_before == 0
    traded.rebuild(["parsed", "ledger"], write=True)
    assert traded.digests() == sound


def test_the_hash_of_a_book_forgets_the_order_of_its_rows_and_nothing_else(store: Store) -> None:
    con = store._con
    con.execute("insert into parsed.progress values ('a', 1), ('b', 2)")
    from kwx_core.store.digests import content

    sound = content(con, "parsed.progress")
    for rows, is_same in (
        ("('b', 2), ('a', 1)", True),
        ("('a', 2), ('b', 1)", False),
        ("('a', 1), ('b', 2), ('b', 2)", False),
        ("('a', 1)", False),
        ("('a', 12), ('b', 2)", False),
    ):
        con.execute("delete from parsed.progress")
        con.execute(f"insert into parsed.progress values {rows}")
        assert (content(con, "parsed.progress") == sound) is is_same, rows
