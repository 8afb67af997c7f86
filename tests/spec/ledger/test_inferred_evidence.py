"""ledger.attribution where identity is lost: `decision` and `hedge_pattern`, to the last step."""

from __future__ import annotations

import pytest

from tests.spec.drawn import expect, given, table

T = "KXHIGHNY-26JUN10-B72.5"
ID = "abcdefghijklmnopqrstuvw234"


def attributed(store):
    store.derive("attribution")
    return table(store, "ledger.attribution")


def expect_evidence(store, picture):
    expect(attributed(store), picture)


@pytest.mark.parametrize(
    ("filled_at", "expected"),
    [
        ("12:00:59.9", "cross_bracket | decision | true"),
        ("12:00:59.999999", "cross_bracket | decision | true"),
        ("12:01:00", "manual | none | false"),
        ("12:00", "cross_bracket | decision | true"),
        ("11:59:00.1", "cross_bracket | decision | true"),
        ("11:59:00", "manual | none | false"),
        ("11:00", "manual | none | false"),
    ],
)
@pytest.mark.parametrize("decided", ["decided.decisions", "parsed.imported_decisions"])
def test_less_than_a_minute_from_a_posted_decision_of_an_unknown_order(
    store, decided, filled_at, expected
):
    given(store, decided, f"decision_id | ticker | decided_at | contracts\n d1 | {T} | 12:00 | 1")
    given(store, "parsed.fills", f"fill_id|ticker|order_id|filled_at\n f1|{T}|o1|{filled_at}")
    expect_evidence(
        store,
        f"fill_id | strategy_id | evidence | is_inferred\n f1 | {expected}",
    )


@pytest.mark.parametrize(
    "decision",
    [
        f"no | post | {T} | 1",
        f"yes | shadow | {T} | 1",
        f"yes | pass | {T} | 1",
        "yes | post | OTHER | 1",
        f"yes | post | {T} | 0.99",
        f"- | post | {T} | 1",
    ],
)
@pytest.mark.parametrize("decided", ["decided.decisions", "parsed.imported_decisions"])
def test_another_side_verdict_market_or_size_explains_nothing(store, decided, decision):
    given(
        store,
        decided,
        "decision_id | decided_at | outcome_side | verdict | ticker | contracts\n"
        f"d1 | 12:00 | {decision}",
    )
    given(store, "parsed.fills", f"fill_id | ticker | filled_at\n f1 | {T} | 12:00:30")
    expect_evidence(store, "fill_id | strategy_id | evidence\n f1 | manual | none")


def test_the_decisions_own_strategy_is_what_the_fill_gets(store):
    given(
        store,
        "parsed.imported_decisions",
        f"decision_id | ticker | strategy_id | decided_at\n d1 | {T} | mm_quote | 12:00",
    )
    given(store, "parsed.fills", f"fill_id | ticker | filled_at\n f1 | {T} | 12:00:30")
    expect_evidence(
        store, "fill_id | strategy_id | book_id | evidence\n f1 | mm_quote | mm_quote | decision"
    )


@pytest.mark.parametrize(
    ("state", "order_id", "evidence"),
    [
        ("unknown", "-", "decision"),
        ("accepted", "o1", "none"),
        ("landed_after_all", "o1", "none"),
        ("cancelled", "o1", "none"),
        ("rejected", "-", "none"),
        ("never_landed", "-", "none"),
    ],
)
def test_a_decision_whose_order_is_known_explains_no_fill_of_another_order(
    store, state, order_id, evidence
):
    given(
        store,
        "decided.decisions",
        f"decision_id | ticker | decided_at | contracts\n d1 | {T} | 12:00 | 1",
    )
    given(store, "posted.intents", "intent_id | decision_id | kind\n i1 | d1 | create")
    given(
        store,
        "posted.outcomes",
        f"intent_id | observed_at | state | order_id\n i1 | 12:01 | {state} | {order_id}",
    )
    given(store, "parsed.fills", f"fill_id|ticker|order_id|filled_at\n f1|{T}|o2|12:00:30")
    expect_evidence(store, f"fill_id | evidence\n f1 | {evidence}")


def test_an_intent_without_any_answer_may_have_landed_until_the_order_list_shows_it(store):
    given(
        store,
        "decided.decisions",
        f"decision_id | ticker | decided_at | contracts\n d1 | {T} | 12:00 | 1",
    )
    given(
        store,
        "posted.intents",
        f"intent_id | decision_id | client_order_id | kind\n i1 | d1 | xb_{ID} | create",
    )
    given(
        store,
        "parsed.fills",
        f"fill_id|ticker|order_id|filled_at\n f1|{T}|o1|12:00:10\n f2|{T}|o2|12:00:20",
    )
    expect_evidence(store, "fill_id | evidence\n f1 | decision\n f2 | none")
    given(store, "parsed.orders", f"order_id | client_order_id\n o2 | xb_{ID}")
    expect_evidence(store, "fill_id | evidence\n f1 | none\n f2 | order_list")


@pytest.mark.parametrize(
    ("listed", "echoed", "evidence"),
    [
        ("-", "-", "decision"),
        ("person", "-", "none"),
        ("listed without an id", "-", "none"),
        ("-", "7f0c2d1e-person", "none"),
        ("mm_dir_1", "-", "prefix"),
    ],
)
def test_a_fill_whose_order_could_have_been_known_is_never_inferred(
    store, listed, echoed, evidence
):
    given(
        store,
        "decided.decisions",
        f"decision_id | ticker | decided_at | contracts\n d1 | {T} | 12:00 | 1",
    )
    if listed != "-":
        client = "-" if listed.startswith("listed") else listed
        given(store, "parsed.orders", f"order_id | client_order_id\n o1 | {client}")
    given(
        store,
        "parsed.fills",
        f"fill_id|ticker|order_id|client_order_id|filled_at\n f1|{T}|o1|{echoed}|12:00:30",
    )
    expect_evidence(store, f"fill_id | evidence\n f1 | {evidence}")


FIRST_IN_FIRST_OUT = {
    "a decision explains its own contracts and no more": (
        "d1 | 12:00 | 2",
        "f1|12:00:10|1\n f2|12:00:20|1\n f3|12:00:30|1",
        "f1|decision\n f2|decision\n f3|none",
    ),
    "a fill that is too large for what is left leaves it to a later one": (
        "d1 | 12:00 | 2",
        "f1|12:00:10|1\n f2|12:00:20|2\n f3|12:00:30|1",
        "f1|decision\n f2|none\n f3|decision",
    ),
    "two decisions explain two fills, though the second fill is far from the first decision": (
        "d1 | 12:00 | 1\n d2 | 12:00:50 | 1",
        "f1|12:00:55|1\n f2|12:01:40|1",
        "f1|decision\n f2|decision",
    ),
    "an expired decision is skipped and not saved for later": (
        "d1 | 12:00 | 1\n d2 | 12:00:50 | 1",
        "f1|12:01:05|1\n f2|12:01:10|1",
        "f1|decision\n f2|none",
    ),
    "equal times go by id": (
        "d1 | 12:00 | 1",
        "f2|12:00:10|1\n f1|12:00:10|1",
        "f1|decision\n f2|none",
    ),
    "fractions count": (
        "d1 | 12:00 | 1",
        "f1|12:00:10|0.40\n f2|12:00:20|0.60\n f3|12:00:30|0.01",
        "f1|decision\n f2|decision\n f3|none",
    ),
}


@pytest.mark.parametrize(
    ("decisions", "fills", "evidence"), FIRST_IN_FIRST_OUT.values(), ids=FIRST_IN_FIRST_OUT
)
def test_first_in_first_out(store, decisions, fills, evidence):
    given(store, "parsed.imported_decisions", f"decision_id | decided_at | contracts\n {decisions}")
    given(store, "parsed.fills", f"fill_id | filled_at | contracts\n {fills}")
    expect_evidence(store, f"fill_id | evidence\n {evidence}")


def test_equal_decisions_are_taken_by_id(store):
    given(
        store,
        "parsed.imported_decisions",
        """
        decision_id | strategy_id   | decided_at | contracts
        d2          | directional   | 12:00      | 1
        d1          | cross_bracket | 12:00      | 1
        """,
    )
    given(store, "parsed.fills", "fill_id | filled_at\n f1 | 12:00:30\n f2 | 12:00:31")
    expect_evidence(store, "fill_id|strategy_id\n f1|cross_bracket\n f2|directional")


def test_what_is_explained_does_not_depend_on_the_window_derived(store):
    given(store, "parsed.imported_decisions", "decision_id|decided_at|contracts\n d1|12:00|1")
    given(store, "parsed.fills", "fill_id | filled_at\n f1 | 12:00:10\n f2 | 12:00:20")
    whole = attributed(store).sort("fill_id")
    from tests.spec.drawn import at

    store.derive("attribution", (at("12:00:15"), at("13:00")))
    assert table(store, "ledger.attribution").sort("fill_id").equals(whole)


def test_the_order_that_the_notes_name_is_exact_evidence(store):
    given(
        store,
        "parsed.imported_decisions",
        f"decision_id | ticker | order_id | decided_at\n d1 | {T} | o1 | 12:00",
    )
    given(
        store,
        "parsed.fills",
        f"fill_id|ticker|order_id|filled_at\n f1|{T}|o1|18:00\n f2|{T}|o2|12:00:30",
    )
    expect_evidence(
        store,
        """
        fill_id | strategy_id   | evidence | is_inferred
        f1      | cross_bracket | order_id | false
        f2      | manual        | none     | false
        """,
    )
