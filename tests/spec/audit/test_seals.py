"""audit.seals: a day's facts as a hash upon the day before; what was touched, and where."""

from __future__ import annotations

import pytest

from kwx_core.store import Store
from kwx_core.store.catalog import BOOK_TABLES, FACTS, TABLES
from tests.spec.drawn import at, expect, given, land, table

MADE = "2026-06-01"  # the store of these specs


def landed(store: Store, *moments: str) -> None:
    for moment in moments:
        land(store, "kalshi_fills", {"fills": [], "at": moment}, received_at=moment)


@pytest.fixture
def days(store: Store) -> Store:
    """Three days of landings and permissions, each sealed at the first moment of the next."""
    for day, moments in enumerate((("10:00", "11:00"), ("+1d 10:00",), ("+2d 10:00", "+2d 11:00"))):
        store.seal(at(f"+{day}d 00:00"))
        landed(store, *moments)
        set_at = f"+{day}d 12:00"
        given(store, "decided.permissions", f"state | set_at\narmed | {set_at}")
    store.seal(at("+3d 00:00"))
    return store


def faults(store: Store) -> list[tuple[str, str, str, str]]:
    return [tuple(vars(one).values()) for one in store.verify(with_books=False)]


def test_a_seal_is_of_a_day_of_landing_and_each_is_chained_to_the_one_before(days: Store) -> None:
    expect(
        table(days, "audit.seals"),
        """
        seal_seq | table_name          | first_place | last_place | row_count | sealed_at
        1        | landed.bodies       | 1           | 2          | 2         | +1d 00:00
        1        | landed.requests     | 1           | 2          | 2         | +1d 00:00
        1        | decided.permissions | 0           | 0          | 1         | +1d 00:00
        2        | landed.bodies       | 3           | 3          | 1         | +2d 00:00
        2        | landed.requests     | 3           | 3          | 1         | +2d 00:00
        2        | decided.permissions | 1           | 1          | 1         | +2d 00:00
        3        | landed.bodies       | 4           | 5          | 2         | +3d 00:00
        3        | landed.requests     | 4           | 5          | 2         | +3d 00:00
        3        | decided.permissions | 2           | 2          | 1         | +3d 00:00
        """,
    )
    seals = table(days, "audit.seals")
    assert seals["sha256"].n_unique() == 9
    assert seals["previous_sha256"].n_unique() == 3
    assert faults(days) == []


def test_a_day_is_sealed_once_and_not_before_it_has_ended(store: Store) -> None:
    landed(store, "-9d 10:00")
    assert store.seal(at(f"{MADE} 23:59:59")) == 0
    assert store.seal(at("2026-06-02 00:00:01")) == 2
    landed(store, "-8d 10:00")
    assert store.seal(at("2026-06-02 23:59")) == 0
    with Store.in_memory(store.account, at(MADE)) as empty:
        assert empty.seal(at("2026-06-05")) == 0


def test_what_lands_late_is_of_the_day_on_which_it_lands_and_breaks_no_seal(days: Store) -> None:
    landed(days, "-5d 10:00")
    given(days, "decided.permissions", "state | set_at\nhalted | -5d 12:00")
    assert faults(days) == []
    assert days.seal(at("+4d 00:00")) == 3
    late = table(days, "audit.seals").filter(seal_seq=4).sort("table_name")
    assert late["first_place"].to_list() == [3, 6, 6]
    assert faults(days) == []


TOUCHED = {
    "a value": ("update decided.permissions set reason = 'x' where rowid = 1",
        ("seal_broken", "decided.permissions", "seal 2 of 2026-06-12", "at least one")),
    "a row less": ("delete from decided.permissions where rowid = 0",
        ("seal_broken", "decided.permissions", "seal 1 of 2026-06-11", "the last of them")),
    "a row twice": ("insert into decided.permissions from decided.permissions where rowid = 0",
        ("fact_doubled", "decided.permissions", "cross_bracket|KXHIGHNY|", "2 times")),
    "a poll": ("update landed.requests set page = 1 where landed_seq = 5",
        ("seal_broken", "landed.requests", "seal 3 of 2026-06-13", "landed_seq 5")),
    "an order of landing": ("update landed.requests set landed_seq = 4 where landed_seq = 5",
        ("seal_broken", "landed.requests", "seal 3 of 2026-06-13", "number 4 is there twice")),
    "a text": ("update landed.bodies set body = '{}' where body_seq = 2",
        ("body_altered", "landed.bodies", "body_seq 2", "it is not ")),
    "a text and its hash": (
        ("update landed.bodies set body = '', size_bytes = 0, body_sha256 = sha256('') "
        "where body_seq = 2"),
        ("seal_broken", "landed.bodies", "seal 1 of 2026-06-11", "at least one")),
    "a seal": ("update audit.seals set sha256 = 'x' where seal_seq = 1 and row_count = 1",
        ("seal_broken", "audit.seals", "seal 2 of 2026-06-12", "not chained")),
    "a seal less": ("delete from audit.seals where seal_seq = 2 and table_name = 'landed.bodies'",
        ("seal_broken", "audit.seals", "seal 3 of 2026-06-13", "not chained")),
    "a seal's reach": ("update audit.seals set last_place = 1000000000000000 where seal_seq = 3",
        ("seal_broken", "landed.bodies", "seal 3 of 2026-06-13", "at least one")),
    "a name": ("update audit.seals set table_name = 'ref.fees' where table_name = 'landed.bodies'",
        ("seal_broken", "ref.fees", "seal 1 of 2026-06-11", "no such table of facts")),
    "how far it was read": ("insert into parsed.progress values ('fills', 7)",
        ("progress_ahead", "parsed.progress", "fills", "read until 7")),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "told"), TOUCHED.values(), ids=TOUCHED)
def test_whatever_is_touched_behind_our_back_is_told_with_its_table_and_day(
    days: Store, statement: str, told: tuple[str, str, str, str]
) -> None:
    days._con.execute(statement)
    found = faults(days)
    assert any(
        (finding, name) == told[:2] and place.startswith(told[2]) and told[3] in detail
        for finding, name, place, detail in found
    ), found


def test_rewriting_a_day_and_its_seal_still_breaks_the_day_after(days: Store) -> None:
    days._con.execute("update decided.permissions set reason = 'x' where rowid = 0")
    days._con.execute("delete from audit.seals where seal_seq = 1")
    found = faults(days)
    assert ("seal_broken", "audit.seals") in {one[:2] for one in found}


@pytest.mark.parametrize("name", FACTS)
def test_every_column_of_a_fact_is_in_its_seal(store: Store, name: str) -> None:
    from kwx_core.contracts.base import columns
    from kwx_core.store.digests import SPOKEN_FOR, row_sha256

    query = row_sha256(TABLES[name])
    assert all(
        f'"{column}"' in query
        for column in columns(TABLES[name].contract)
        if column not in SPOKEN_FOR.get(name, ())
    )
    assert store.frame(f"select {query} from {name}").is_empty()


def test_every_stored_table_is_a_fact_or_a_book_or_reference() -> None:
    books = {*BOOK_TABLES, "parsed.progress"}
    other = {name for name in TABLES if name.startswith("ref.")} | {"audit.seals"}
    assert set(FACTS) | books | other == set(TABLES)
    assert not set(FACTS) & (books | other)
