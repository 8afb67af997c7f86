from __future__ import annotations

import polars as pl
import pytest

from kwx_core import pipeline
from kwx_core.policy import load_policy
from kwx_core.resources import text
from tests.spec.drawn import at, expect, given, land, table

POLICY = load_policy(text("data", "policy.toml"))
NOW = "12:05"


@pytest.fixture
def waiting(store):
    """One order at noon, of which nobody knows what became."""
    given(
        store,
        "posted.intents",
        """
        intent_id | client_order_id | ticker | price_dollars | contracts | intended_at
        i1        | xb_1            | M1     | 0.40          | 3         | 12:00
        """,
    )
    return store


def pull(store, requested_at, *, feed="kalshi_orders", page=0, **said):
    told = {"is_last_page": "true", "status_code": 200, "request": "-", **said}
    given(
        store,
        "landed.requests",
        f"""
        request_id                        | feed   | pull_id               | page   | requested_at   | received_at    | {" | ".join(told)}
        pull-{feed}-{requested_at}-{page} | {feed} | {feed}-{requested_at} | {page} | {requested_at} | {requested_at} | {" | ".join(map(str, told.values()))}
        """,  # noqa: E501 - a drawn table is as wide as its row
    )


def caught_up(store, as_of_at, received_at):
    given(
        store,
        "parsed.user_data_timestamps",
        f"as_of_at | received_at\n{as_of_at} | {received_at}",
    )


def recovered(store, as_of=NOW):
    before = table(store, "posted.outcomes")
    added = pipeline.recover(store, POLICY, at(as_of))
    after = table(store, "posted.outcomes")
    assert len(after) == len(before) + added
    return after.join(before, on=["intent_id", "observed_at"], how="anti")


def test_an_intent_that_the_order_list_shows_was_accepted(waiting):
    for status in ("resting", "executed", "canceled"):
        given(
            waiting,
            "parsed.orders",
            f"order_id | client_order_id | ticker | status\n"
            f"o-{status} | xb_{status} | M1 | {status}",
        )
        given(
            waiting,
            "posted.intents",
            f"client_order_id | intent_id | ticker\nxb_{status} | {status} | M1",
        )
    expect(
        recovered(waiting),
        """
        intent_id | state    | order_id   | evidence   | observed_at | code
        resting   | accepted | o-resting  | order_list | 12:05       | -
        executed  | accepted | o-executed | order_list | 12:05       | -
        canceled  | accepted | o-canceled | order_list | 12:05       | -
        """,
    )


def test_an_answer_that_was_lost_is_found_again_and_then_left_alone(waiting):
    given(waiting, "posted.outcomes", "intent_id | observed_at | state\ni1 | 12:00:01 | unknown")
    given(waiting, "parsed.orders", "order_id | client_order_id | ticker\no1 | xb_1 | M1")
    expect(recovered(waiting), "intent_id | state | order_id\ni1 | accepted | o1")
    assert recovered(waiting, "12:06").is_empty()


@pytest.mark.parametrize(
    ("requested_at", "as_of_at", "received_at", "is_proven"),
    [
        ("12:00:30", "12:00:10", "12:00:30", True),
        ("12:00:29.9", "12:00:10", "12:00:29", False),
        ("12:00:30", "12:00:09.9", "12:00:30", False),
        ("12:04", "12:00:10", "12:00:11", True),
        # What we learn after the list was asked for says nothing about how new the list was.
        ("12:00:30", "12:00:31", "12:00:30.1", False),
        ("12:00:30", "12:00:10", "12:04", False),
    ],
)
def test_absence_is_proven_by_a_list_30_s_and_an_exchange_10_s_past_the_intent(
    waiting, requested_at, as_of_at, received_at, is_proven
):
    pull(waiting, requested_at)
    caught_up(waiting, as_of_at, received_at)
    found = recovered(waiting)
    assert found["state"].to_list() == (["never_landed"] if is_proven else [])
    assert found["order_id"].to_list() == ([None] if is_proven else [])


def test_without_an_order_list_or_without_a_timestamp_nothing_is_proven(waiting):
    caught_up(waiting, "12:04", "12:04")
    assert recovered(waiting).is_empty()


def test_without_a_timestamp_nothing_is_proven(waiting):
    pull(waiting, "12:04")
    assert recovered(waiting).is_empty()


@pytest.mark.parametrize(
    "fault",
    [
        {"is_last_page": "false"},
        {"status_code": 502},
        {"status_code": "-"},
        {"page": 1},
        {"request": "M1"},
    ],
)
def test_a_list_that_is_not_whole_proves_nothing(waiting, fault):
    caught_up(waiting, "12:03", "12:03")
    pull(waiting, "12:04", **fault)
    assert recovered(waiting).is_empty()


def test_a_list_of_two_pages_is_whole_when_both_came(waiting):
    caught_up(waiting, "12:03", "12:03")
    pull(waiting, "12:04", is_last_page="false")
    assert recovered(waiting).is_empty()
    pull(waiting, "12:04", page=1)
    assert recovered(waiting)["state"].to_list() == ["never_landed"]


def test_a_list_with_a_record_that_nobody_can_read_proves_nothing(waiting):
    caught_up(waiting, "12:03", "12:03")
    pull(waiting, "12:04")
    given(
        waiting,
        "parsed.rejects",
        "request_id | noun | feed | reason\n"
        "pull-kalshi_orders-12:04-0 | orders | kalshi_orders | no ticker",
    )
    assert recovered(waiting).is_empty()


@pytest.mark.parametrize(
    "fill",
    [
        "xb_1 | o9 | M1 | yes | 11:00",
        # Fills name no client order id since 2026-03; an order that no list shows may be ours.
        "- | o9 | M1 | yes | 12:00:01",
        "- | - | M1 | yes | 11:59:50",
    ],
)
def test_an_intent_that_a_fill_may_speak_of_stays_unknown(waiting, fill):
    prove(waiting)
    given(
        waiting,
        "parsed.fills",
        f"client_order_id | order_id | ticker | outcome_side | filled_at\n{fill}",
    )
    assert recovered(waiting).is_empty()


@pytest.mark.parametrize(
    "fill",
    [
        "xb_2 | o9 | M1 | yes | 12:00:01",
        "- | o9 | M1 | no | 12:00:01",
        "- | o9 | M2 | yes | 12:00:01",
        "- | o9 | M1 | yes | 11:59:49",
        "- | o8 | M1 | yes | 12:00:01",
    ],
)
def test_fills_of_other_orders_keep_no_intent_unknown(waiting, fill):
    prove(waiting)
    given(waiting, "parsed.orders", "order_id | client_order_id | ticker\no8 | web-1 | M1")
    given(
        waiting,
        "parsed.fills",
        f"client_order_id | order_id | ticker | outcome_side | filled_at\n{fill}",
    )
    assert recovered(waiting)["state"].to_list() == ["never_landed"]


@pytest.mark.parametrize(
    ("order", "state"),
    [
        ("- | M1 | yes | 0.40 | 3 | 12:00:01", None),
        ("- | M1 | yes | 0.40 | 3 | -", None),
        ("- | M1 | yes | 0.40 | 3 | 11:00", "never_landed"),
        ("- | M1 | no | 0.40 | 3 | 12:00:01", "never_landed"),
        ("- | M1 | yes | 0.41 | 3 | 12:00:01", "never_landed"),
        ("web-1 | M1 | yes | 0.40 | 3 | 12:00:01", "never_landed"),
    ],
)
def test_an_order_that_lost_its_name_clears_no_intent_of_its_shape(waiting, order, state):
    prove(waiting)
    given(
        waiting,
        "parsed.orders",
        "client_order_id | ticker | outcome_side | price_dollars | contracts | created_at\n"
        f"{order}",
    )
    assert recovered(waiting)["state"].to_list() == ([state] if state else [])


def prove(store):
    caught_up(store, "12:03", "12:03")
    pull(store, "12:04")


def test_what_never_landed_and_appears_has_landed_after_all(waiting):
    prove(waiting)
    assert recovered(waiting)["state"].to_list() == ["never_landed"]
    given(waiting, "parsed.orders", "order_id | client_order_id | ticker\no1 | xb_1 | M1")
    expect(recovered(waiting, "12:06"), "state | order_id\nlanded_after_all | o1")
    assert recovered(waiting, "12:07").is_empty()


def test_what_never_landed_is_said_once(waiting):
    prove(waiting)
    assert len(recovered(waiting)) == 1
    assert recovered(waiting, "12:06").is_empty()


@pytest.mark.parametrize("state", ["accepted", "rejected"])
def test_the_exchanges_own_word_stands(waiting, state):
    given(
        waiting,
        "posted.outcomes",
        f"intent_id | observed_at | state | order_id\ni1 | 12:00:01 | {state} | o1",
    )
    prove(waiting)
    assert recovered(waiting).is_empty()


def test_a_word_follows_the_one_before_it_even_where_the_clock_was_set_back(waiting):
    given(waiting, "posted.outcomes", "intent_id | observed_at | state\ni1 | 12:09 | unknown")
    given(waiting, "parsed.orders", "order_id | client_order_id | ticker\no1 | xb_1 | M1")
    expect(recovered(waiting), "state | observed_at\naccepted | 12:09:00.000001")
    states = waiting.frame("select state, outcome_order_id from posted.states")
    assert states.rows() == [("accepted", "o1")]


@pytest.fixture
def cancelling(store):
    """A cancel at noon, of which nobody knows what became."""
    given(
        store,
        "posted.intents",
        """
        intent_id | client_order_id | kind   | order_id | ticker | intended_at
        c1        | xb_c1           | cancel | o1       | M1     | 12:00
        """,
    )
    prove(store)
    return store


@pytest.mark.parametrize(
    ("status", "received_at", "word"),
    [
        ("canceled", "11:00", ("cancelled", None)),
        ("executed", "11:00", ("rejected", "executed")),
        ("resting", "12:04", ("never_landed", None)),
        # This version of the order is older than the list that no longer shows it.
        ("resting", "12:03", None),
    ],
)
def test_a_cancel_without_an_answer_is_resolved_by_the_order_list(
    cancelling, status, received_at, word
):
    given(
        cancelling,
        "parsed.orders",
        f"order_id | client_order_id | ticker | status | received_at\n"
        f"o1 | xb_1 | M1 | {status} | {received_at}",
    )
    found = recovered(cancelling)
    assert found.select("state", "code").rows() == ([word] if word else [])
    assert found["order_id"].to_list() == (["o1"] if word else [])


def test_a_404_leaves_a_cancel_unknown_until_the_order_list_speaks(cancelling):
    given(
        cancelling,
        "posted.outcomes",
        "intent_id | observed_at | state | code\nc1 | 12:00:01 | unknown | not_found",
    )
    assert recovered(cancelling).is_empty()
    given(
        cancelling,
        "parsed.orders",
        "order_id | client_order_id | ticker | status\no1 | xb_1 | M1 | canceled",
    )
    expect(recovered(cancelling), "state | evidence\ncancelled | order_list")


def test_recovery_reads_what_was_landed(waiting):
    land(waiting, "kalshi_user_data_timestamp", {"as_of_time": "2026-06-10T12:01:00Z"})
    listed = {
        "order_id": "o1", "client_order_id": "xb_1", "ticker": "M1", "side": "yes",
        "action": "buy", "outcome_side": "yes", "status": "resting", "type": "limit",
        "yes_price_dollars": "0.4000", "no_price_dollars": "0.6000",
        "initial_count_fp": "3.00", "fill_count_fp": "0.00", "remaining_count_fp": "3.00",
        "created_time": "2026-06-10T12:00:00.5Z",
    }  # fmt: skip
    land(waiting, "kalshi_orders", {"orders": [], "cursor": ""}, received_at="12:00:20")
    pipeline.parse(waiting)
    assert recovered(waiting).is_empty()
    land(waiting, "kalshi_orders", {"orders": [listed], "cursor": ""}, received_at="12:01:20")
    pipeline.parse(waiting)
    expect(recovered(waiting), "intent_id | state | order_id\ni1 | accepted | o1")


def test_intents_of_one_tick_are_resolved_each_by_its_own_evidence(waiting):
    given(
        waiting,
        "posted.intents",
        """
        intent_id | client_order_id | ticker | intended_at
        i2        | xb_2            | M2     | 12:00
        i3        | xb_3            | M3     | 12:03:45
        """,
    )
    prove(waiting)
    given(waiting, "parsed.orders", "order_id | client_order_id | ticker\no2 | xb_2 | M2")
    found = recovered(waiting)
    expect(found, "intent_id | state | order_id\ni1 | never_landed | -\ni2 | accepted | o2")
    assert found.filter(pl.col("state") == "never_landed")["message"].item() == (
        "not in the order list asked for at 12:04:00"
    )


@pytest.mark.parametrize(
    ("requested_at", "is_proven"),
    # The list shows what ended within two weeks, and an order ends after it was meant.
    [("+13d 23:00", True), ("+14d 12:00", True), ("+14d 12:00:01", False), ("+40d 12:00", False)],
)
def test_a_list_that_no_longer_reaches_back_to_an_intent_clears_it_of_nothing(
    waiting, requested_at, is_proven
):
    caught_up(waiting, "+13d 22:00", "+13d 22:00")
    pull(waiting, requested_at)
    found = recovered(waiting, "+40d 12:01")
    assert found["state"].to_list() == (["never_landed"] if is_proven else [])


ARCHIVE = "kalshi_historical_orders"


@pytest.mark.parametrize(
    ("archive", "word"),
    [
        ({}, "never_landed"),
        ({"is_last_page": "false"}, None),
        ({"status_code": 502}, None),
        ({"page": 1}, None),
        # What left the list after this archive was asked for is in neither.
        ({"requested_at": "+20d 11:59"}, None),
    ],
)
def test_an_older_intent_is_cleared_by_a_whole_list_and_the_whole_archive_after_it(
    waiting, archive, word
):
    caught_up(waiting, "+20d 11:58", "+20d 11:58")
    pull(waiting, "+20d 12:00")
    pull(waiting, **({"requested_at": "+20d 12:01", "feed": ARCHIVE} | archive))
    # A newer list takes nothing from the proof of an older one.
    pull(waiting, "+20d 12:02")
    found = recovered(waiting, "+20d 12:03")
    assert found["state"].to_list() == ([word] if word else [])
    if word:
        assert found["message"].item() == (
            "neither in the order list of 12:00:00 nor in the archive"
        )


def test_an_archive_alone_clears_no_intent(waiting):
    caught_up(waiting, "12:03", "12:03")
    pull(waiting, "12:04", feed=ARCHIVE)
    assert recovered(waiting).is_empty()


def test_an_older_intent_that_the_archive_shows_was_accepted(waiting):
    shown = {
        "order_id": "o1", "client_order_id": "xb_1", "ticker": "M1", "status": "executed",
        "outcome_side": "yes", "yes_price_dollars": "0.4000", "no_price_dollars": "0.6000",
        "initial_count_fp": "3.00", "fill_count_fp": "3.00", "remaining_count_fp": "0.00",
        "created_time": "2026-06-10T12:00:00.5Z",
    }  # fmt: skip
    caught_up(waiting, "+20d 11:59", "+20d 11:59")
    pull(waiting, "+20d 12:00")
    land(waiting, ARCHIVE, {"orders": [shown], "cursor": None}, received_at="+20d 12:01")
    pipeline.parse(waiting)
    expect(recovered(waiting, "+20d 12:02"), "intent_id | state | order_id\ni1 | accepted | o1")
