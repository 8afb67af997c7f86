"""The judge: what moved must be said and must halt, what is unknown must be said."""

from __future__ import annotations

import polars as pl
import pytest

from executor.drill.books import difference
from executor.drill.judge import Seen, Sound, is_passed, judged, names
from executor.drill.mutations import Case
from kwx_core.store.audits import Seen as Finding

CASE = Case("kalshi_fills", "fee_cost", "drop", path=("fills", "fee_cost"))
HARMLESS = Case("kalshi_fills", None, "new_key", is_benign=True)
NAMED = Finding("field_drift", "kalshi_fills.fee_cost", "halt", "missing", None)
WARNED = Finding("field_drift", "kalshi_fills.fee_cost", "warning", "gone", None)
OTHER = Finding("feed_silent", "metar", "halt", "fee_cost", None)


def books(cost="1.00", exposure=1, reported=5, fills=("a",)):
    return {
        "ledger.pnl": pl.DataFrame({"book_id": ["b"], "ticker": ["T"], "cost_dollars": [cost]}),
        "parsed.fills": pl.DataFrame(
            {"fill_id": list(fills), "contracts": [exposure] * len(fills)}
        ),
        "parsed.settlements": pl.DataFrame(
            {"ticker": ["T"], "revenue_reported_dollars": [reported]}
        ),
        "parsed.balances": pl.DataFrame({"exchange_index": [0], "received_at": [1], "x": [1]}),
    }


def seen(*findings, is_halted=False, entries=1, **said):
    return Seen(books(**said), is_halted, 0 if is_halted else entries, list(findings))


SOUND = [seen(), seen()]


def outcome(first, second=None, case=CASE, held=SOUND):
    return judged(case, Sound(SOUND, list(held)), [first, second or first]).outcome


def test_books_that_did_not_move_are_unmoved_with_or_without_a_warning():
    assert outcome(seen()) == "unmoved"
    assert outcome(seen(WARNED)) == "unmoved"


def test_a_book_that_moved_is_halted_only_with_halt_and_finding_of_the_same_tick():
    assert outcome(seen(NAMED, is_halted=True, cost="2.00")) == "halted"
    assert outcome(seen(cost="2.00")) == "silent"
    assert outcome(seen(NAMED, cost="2.00")) == "silent"
    assert outcome(seen(is_halted=True, cost="2.00")) == "silent"
    assert outcome(seen(cost="2.00"), seen(NAMED, is_halted=True, cost="2.00")) == "silent"
    assert outcome(seen(), seen(NAMED, is_halted=True, cost="2.00")) == "halted"


def test_a_halt_whose_finding_names_another_feed_is_silent():
    assert outcome(seen(OTHER, is_halted=True, cost="2.00")) == "silent"
    assert outcome(seen(OTHER, is_halted=True)) == "silent"


def test_what_became_unknown_must_be_said_and_need_not_halt():
    assert outcome(seen(exposure=None)) == "silent"
    assert outcome(seen(WARNED, exposure=None)) == "unmoved"
    assert outcome(seen(reported=0)) == "silent"
    assert outcome(seen(WARNED, reported=0)) == "unmoved"


def test_what_was_not_traded_after_a_halt_has_not_moved():
    first, second = seen(NAMED, is_halted=True), seen(NAMED, is_halted=True, fills=())
    assert outcome(first, second, held=[seen(), seen(fills=())]) == "halted"


def test_a_harmless_change_that_halts_is_a_false_halt_and_one_that_moves_is_silent():
    assert outcome(seen(NAMED, is_halted=True), case=HARMLESS) == "false_halt"
    assert outcome(seen(cost="2.00"), case=HARMLESS) == "silent"
    assert outcome(seen(), case=HARMLESS) == "unmoved"


def test_what_the_clock_tells_is_judged_at_the_last_tick():
    stale = Case("kalshi_fills", None, "stale")
    late = Finding("feed_silent", "kalshi_fills", "warning", "late", None)
    assert outcome(seen(cost="2.00"), seen(late, is_halted=True, cost="2.00"), stale) == "halted"
    assert outcome(seen(), seen(cost="2.00"), stale) == "silent"


def test_a_finding_names_feed_and_field_by_its_subject_or_its_words():
    assert names(CASE, NAMED)
    assert names(CASE, Finding("rejected_records", "kalshi_fills.fills: fee_cost is n", "", "", ""))
    assert not names(CASE, OTHER)
    assert not names(CASE, Finding("field_drift", "kalshi_fills.count_fp", "halt", "", None))


@pytest.mark.parametrize(
    ("said", "moved", "unknown"),
    [
        ({}, (), ()),
        ({"cost": "2.00"}, ("ledger.pnl.cost_dollars",), ()),
        ({"cost": None}, ("ledger.pnl.cost_dollars",), ()),
        ({"exposure": None}, (), ("parsed.fills.contracts",)),
        ({"exposure": 2}, ("parsed.fills.contracts",), ()),
        ({"fills": ()}, ("parsed.fills.*",), ()),
        ({"fills": ("a", "b")}, ("parsed.fills.*",), ()),
        ({"reported": 0}, (), ("parsed.settlements.revenue_reported_dollars",)),
    ],
)
def test_books_differ_by_what_they_say_and_by_what_they_say_no_more(said, moved, unknown):
    found = difference(books(), books(**said))
    assert (found.moved, found.unknown) == (moved, unknown)


def test_a_reading_that_was_not_taken_is_unknown_and_one_too_many_has_moved():
    fewer, more = books(), books()
    fewer["parsed.balances"] = fewer["parsed.balances"].clear()
    more["parsed.balances"] = pl.concat([more["parsed.balances"]] * 2)
    assert difference(books(), fewer).unknown == ("parsed.balances.*",)
    assert difference(books(), more).moved == ("parsed.balances.*",)


def test_the_drill_passes_without_silence_and_with_two_false_halts_of_a_hundred():
    fine = [judged(HARMLESS, Sound(SOUND, SOUND), SOUND)] * 98
    halts = judged(HARMLESS, Sound(SOUND, SOUND), [seen(NAMED, is_halted=True)] * 2)
    silent = judged(CASE, Sound(SOUND, SOUND), [seen(cost="2.00")] * 2)
    assert is_passed([*fine, halts, halts])
    assert not is_passed([*fine, halts, halts, halts])
    assert not is_passed([*fine, silent])
