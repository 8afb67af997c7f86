"""ledger.attribution of imported history: a cheap YES that locked the gain of a NO, to the step."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, expect, given, table

T = "KXHIGHNY-26JUN10-B72.5"
ENTRY = f"f1 | {T} | mm_xb_1 | no | .80 | 12:00"


def imported(store, fills):
    """Fills as the predecessor told them."""
    given(
        store,
        "parsed.fills",
        "fill_id | ticker | client_order_id | outcome_side | price_dollars | filled_at\n" + fills,
    )
    found = [line.split("|")[0].strip() for line in fills.splitlines() if line.strip()]
    given(
        store,
        "parsed.predecessor_books",
        "table_name | row_key | column_name | reported_value\n"
        + "\n".join(f"ledger.attribution | {fill} | strategy_id | manual" for fill in found),
    )


def hedge(store, window=None):
    store.derive("attribution", *([window] if window else []))
    found = table(store, "ledger.attribution")
    return found.filter(found["fill_id"] == "f2")


@pytest.mark.parametrize(
    ("price", "filled_at", "evidence"),
    [
        (".15", "13:00", "hedge_pattern"),
        (".150001", "13:00", "none"),
        (".16", "13:00", "none"),
        (".01", "13:00", "hedge_pattern"),
        (".05", "+1d 00:00", "hedge_pattern"),
        (".05", "+1d 00:00:00.000001", "none"),
        (".05", "12:00:00.1", "hedge_pattern"),
        (".05", "12:00:00.099999", "none"),
        (".05", "12:00", "none"),
        (".05", "11:59", "none"),
    ],
)
def test_fifteen_cents_and_twelve_hours_count_and_the_same_moment_does_not(
    store, price, filled_at, evidence
):
    imported(store, f"{ENTRY}\n f2 | {T} | - | yes | {price} | {filled_at}")
    strategy = "cross_bracket_exit" if evidence == "hedge_pattern" else "manual"
    book = "cross_bracket" if evidence == "hedge_pattern" else "manual"
    inferred = "true" if evidence == "hedge_pattern" else "false"
    expect(
        hedge(store),
        "fill_id | strategy_id | book_id | evidence | is_inferred\n"
        f"f2 | {strategy} | {book} | {evidence} | {inferred}",
    )


@pytest.mark.parametrize(
    ("entry", "hedging"),
    [
        (f"f1 | {T} | person | no | .80 | 12:00", f"f2 | {T} | - | yes | .05 | 13:00"),
        (f"f1 | {T} | mm_dir_1 | no | .80 | 12:00", f"f2 | {T} | - | yes | .05 | 13:00"),
        (f"f1 | {T} | mm_xb_1 | yes | .80 | 12:00", f"f2 | {T} | - | yes | .05 | 13:00"),
        (f"f1 | {T} | mm_xb_1 | no | .80 | 12:00", f"f2 | {T} | - | no | .05 | 13:00"),
        (f"f1 | {T} | mm_xb_1 | no | .80 | 12:00", "f2 | OTHER | - | yes | .05 | 13:00"),
        (f"f1 | {T} | mm_xb_1 | no | .80 | 12:00", f"f2 | {T} | person | yes | .05 | 13:00"),
    ],
)
def test_a_persons_entry_another_side_market_or_owner_is_no_hedge(store, entry, hedging):
    imported(store, f"{entry}\n {hedging}")
    expect(hedge(store), "fill_id | strategy_id | evidence\n f2 | manual | none")


def test_an_entry_that_a_decision_explains_is_cross_brackets_too(store):
    given(
        store,
        "parsed.imported_decisions",
        f"decision_id|ticker|outcome_side|decided_at|contracts\n d1|{T}|no|12:00:30|1",
    )
    imported(store, f"f1 | {T} | - | no | .80 | 12:00\n f2 | {T} | - | yes | .05 | 13:00")
    expect(hedge(store), "fill_id | evidence\n f2 | hedge_pattern")


def test_only_imported_history_is_read_like_that(store):
    given(
        store,
        "parsed.fills",
        f"fill_id | ticker | client_order_id | outcome_side | price_dollars | filled_at\n"
        f"{ENTRY}\n f2 | {T} | - | yes | .05 | 13:00",
    )
    expect(hedge(store), "fill_id | evidence\n f2 | none")


def test_an_order_that_the_list_shows_is_no_hedge(store):
    imported(store, f"{ENTRY}\n f3 | {T} | - | yes | .30 | 13:00")
    given(store, "parsed.orders", "order_id | client_order_id\n o2 | person")
    given(
        store,
        "parsed.fills",
        f"fill_id|ticker|order_id|outcome_side|price_dollars|filled_at\n f2|{T}|o2|yes|.05|13:00",
    )
    given(
        store,
        "parsed.predecessor_books",
        "table_name | row_key | column_name | reported_value\n"
        "ledger.attribution | f2 | strategy_id | manual",
    )
    expect(hedge(store), "fill_id | evidence\n f2 | none")


def test_the_entry_is_found_outside_the_window_derived(store):
    imported(store, f"{ENTRY}\n f2 | {T} | - | yes | .05 | +1d 00:00")
    window = (at("+1d 00:00"), at("+2d 00:00"))
    expect(hedge(store, window), "fill_id | evidence\n f2 | hedge_pattern")
    assert table(store, "ledger.attribution")["fill_id"].to_list() == ["f2"]


@pytest.mark.parametrize(
    ("barred", "entry", "hedging"),
    [
        ("decision", "none", "none"),
        ("hedge_pattern", "decision", "none"),
        ("prefix", "decision", "hedge_pattern"),
    ],
)
def test_inferred_evidence_can_be_switched_off_and_on_again(store, barred, entry, hedging):
    given(
        store,
        "parsed.imported_decisions",
        f"decision_id|ticker|outcome_side|decided_at|contracts\n d1|{T}|no|12:00:30|1",
    )
    imported(store, f"f1 | {T} | - | no | .80 | 12:00\n f2 | {T} | - | yes | .05 | 13:00")
    given(
        store, "decided.admissions", f"evidence | set_at | is_admitted\n {barred} | 12:00 | false"
    )
    hedge(store)
    found = table(store, "ledger.attribution")
    expect(found, f"fill_id | evidence\n f1 | {entry}\n f2 | {hedging}")
    given(store, "decided.admissions", f"evidence | set_at | is_admitted\n {barred} | 13:00 | true")
    hedge(store)
    found = table(store, "ledger.attribution")
    expect(found, "fill_id | evidence\n f1 | decision\n f2 | hedge_pattern")
