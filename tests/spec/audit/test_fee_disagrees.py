"""fee_disagrees: what was charged beside what the dated rules of ref.fees ask for."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given, land


def found(store):
    store.derive("fee_checks")
    return store.audit_rows("fee_disagrees", at("2026-11-01T12:00"))


def test_fees_that_the_rules_do_not_ask_for_are_one_finding_a_series_rule_and_day(store):
    land(store, "kalshi_fills", {"fills": []})
    given(
        store,
        "parsed.fills",
        """
        fill_id|ticker    | price_dollars | fee_dollars | is_taker | filled_at        | landed_seq
        f1     |KXHIGHNY-A| .52           | .0350       | true     | 2026-06-11T12:00 | 1
        f2     |KXHIGHNY-B| .99           | .0014       | true     | 2026-06-11T13:00 | 1
        f3     |KXHIGHNY-A| .52           | .0350       | true     | 2026-06-12T12:00 | 1
        f4     |KXHIGHLA-A| .52           | .0044       | false    | 2026-06-11T12:00 | 1
        f5     |KXHIGHNY-A| .52           | .0175       | true     | 2026-06-11T12:00 | 1
        """,
    )
    assert [(one.subject, one.severity) for one in sorted(found(store), key=repr)] == [
        ("KXHIGHLA maker quadratic 2026-06-11", "warning"),
        ("KXHIGHNY taker quadratic 2026-06-11", "warning"),
        ("KXHIGHNY taker quadratic 2026-06-12", "warning"),
    ]
    [told] = [one for one in found(store) if one.subject.endswith("taker quadratic 2026-06-11")]
    assert told.detail == (
        "2 fills cost 0.036400 instead of 0.018200 (centicent_up); "
        "the largest difference is 0.017500 on f1"
    )
    assert told.sample_request_id is not None


def test_fees_that_nobody_told_are_said_and_do_not_count(store):
    given(
        store,
        "parsed.fills",
        """
        fill_id | ticker     | price_dollars | fee_dollars | is_taker | filled_at
        f1      | KXHIGHNY-A | .50           | -           | true     | 2025-06-11T12:00
        f2      | KXHIGHNY-B | .50           | -           | true     | 2025-07-11T12:00
        """,
    )
    [one] = found(store)
    assert (one.subject, one.severity) == ("KXHIGHNY taker quadratic unknown fee", "info")
    assert "2 fills since 2025-06-11 tell no fee; the books carry 0.040000" in one.detail


@pytest.mark.parametrize("day", ["2026-08-22", "2026-08-31", "2026-09-01", "2026-10-08"])
def test_while_nobody_knows_how_fees_are_rounded_either_way_is_silent(store, day):
    # The model is 0.0410384: either 0.0411 or 0.041039, beside a cost of 0.79765, and both leave
    # a balance floored to the hundredth of a cent.
    given(
        store,
        "parsed.fills",
        f"""
        fill_id | price_dollars | contracts | fee_dollars | is_taker | filled_at
        f1      | .265          | 3.01      | .04115      | true     | {day}T12:00
        f2      | .265          | 3.01      | .04105      | true     | {day}T13:00
        """,
    )
    assert found(store) == []


@pytest.mark.parametrize(("day", "fee"), [("2026-08-21", ".04105"), ("2026-10-09", ".04115")])
def test_before_and_after_only_the_rounding_in_force_is_silent(store, day, fee):
    given(
        store,
        "parsed.fills",
        f"""
        fill_id | price_dollars | contracts | fee_dollars | is_taker | filled_at
        f1      | .265          | 3.01      | {fee}       | true     | {day}T12:00
        """,
    )
    assert len(found(store)) == 1


def test_a_waiver_and_an_override_are_rows_and_then_silent(store):
    fills = """
        ticker               | contracts | price_dollars | fee_dollars | filled_at        | is_taker
        KXHIGHNY-26JUN11-T70 | 1         | .50           | 0           | 2026-06-11T12:00 | true
        KXHIGHNY-26JUN12-T70 | 100       | .20           | .28         | 2026-06-12T12:00 | false
        KXHIGHNY-26JUN12-B65 | 1         | .50           | .0350       | 2026-06-12T13:00 | true
    """
    given(store, "parsed.fills", fills)
    assert len(found(store)) == 3
    given(
        store,
        "ref.fees",
        """
        series_ticker        | effective_from   | effective_until  | fee_type                  | multiplier | taker_rate | maker_rate | rounding
        KXHIGHNY-26JUN11-T70 | 2026-06-10T00:00 | 2026-06-12T00:00 | waived                    | 0          | .07        | 0          | -
        KXHIGHNY-26JUN12     | 2026-06-10T00:00 | -                | quadratic_with_maker_fees | 1          | .07        | .0175      | -
        KXHIGHNY-26JUN12-B65 | 2026-06-10T00:00 | -                | quadratic                 | 2          | .07        | 0          | -
        """,  # noqa: E501 - a drawn row
    )
    assert found(store) == []


def test_the_predecessor_s_own_formula_is_no_word_of_the_exchange(store):
    fills = (
        "fill_id | price_dollars | fee_dollars | is_taker | landed_seq\n f1 | .52 | .02 | true | 1"
    )
    land(store, "kalshi_fills", {"fills": []})
    given(store, "parsed.fills", fills)
    assert len(found(store)) == 1
    store._con.execute("update landed.requests set environment = 'import'")
    assert found(store) == []
