"""The pack: every audit has an incident of its own, and no two are the same audit.

Each incident is a small world that breaks one thing. All audits look at all of them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

import pytest

from kwx_core.store import Store
from kwx_core.store.audits import BROKEN
from kwx_core.store.queries import names
from tests.conftest import PAPER
from tests.spec.audit.test_collateral_returned import NO_LEGS, RETURNED
from tests.spec.audit.test_field_drift import fills, without
from tests.spec.audit.test_rules_changed import TWC, event
from tests.spec.drawn import at, given, land
from tests.spec.walk import ladder

ID = "xb_abcdefghijklmnopqrstuvw234"
ARMED = """
    strategy_id   | family   | state | set_at | until_at
    cross_bracket | KXHIGHNY | armed | 08:00  | +1d 08:00
"""
INTENT = f"intent_id | client_order_id | intended_at | expires_at\n i1 | {ID} | 12:00 | 14:00"
ANSWERED = "intent_id | observed_at | state | order_id\n i1 | 12:00:01 | accepted | o1"
OURS = "fill_id | ticker | contracts | price_dollars | filled_at | client_order_id"
CLOSE = "close_at | strike_type | bounds_evidence"
RUNG = "+1d 05:00 | between | strikes"
DECIDED = "decision_id | outcome_side | decided_at | yes_probability\n d1"
BELIEVED = "as_of | yes_probability\n 11:00 | 1"

# What is wrong, when it is looked at, and the rows that tell it.
INCIDENTS = {
    "an order left while nobody had armed": (
        "12:30",
        {"posted.intents": INTENT, "posted.outcomes": ANSWERED},
    ),
    "the answer to an order never came": (
        "12:30",
        {"posted.intents": INTENT, "decided.permissions": ARMED},
    ),
    "an order stayed after its end": (
        "16:00",
        {
            "posted.intents": INTENT,
            "posted.outcomes": ANSWERED,
            "decided.permissions": ARMED,
            "parsed.orders": f"client_order_id | status | received_at\n {ID} | resting | 15:00",
        },
    ),
    "another program posted with our ids": (
        "13:00",
        {"parsed.orders": f"client_order_id | created_at\n {ID} | 12:00"},
    ),
    "an order was sent twice": (
        "13:00",
        {
            "posted.intents": INTENT,
            "posted.outcomes": ANSWERED,
            "decided.permissions": ARMED,
            "parsed.orders": f"order_id | client_order_id\n o1 | {ID}\n o2 | {ID}",
        },
    ),
    "an order filled and its fill was lost": (
        "13:00",
        {
            "posted.intents": INTENT,
            "posted.outcomes": ANSWERED,
            "decided.permissions": ARMED,
            "parsed.orders": "order_id | client_order_id | filled_contracts | updated_at\n"
            f"o1 | {ID} | 3 | 12:00",
        },
    ),
    "a person traded": ("13:00", {"parsed.fills": "fill_id | filled_at\n f1 | 12:00"}),
    "a person traded against us": (
        "13:00",
        {
            "parsed.fills": "fill_id | filled_at\n f1 | 12:00",
            "decided.decisions": f"{DECIDED} | no | 11:55 | 1",
            "forecast.fair_values": BELIEVED,
        },
    ),
    "a fill lost its id beside our decision": (
        "13:00",
        {
            "parsed.fills": "fill_id | order_id | filled_at\n f1 | o2 | 12:00",
            "decided.decisions": f"{DECIDED} | yes | 11:55 | 1",
            "forecast.fair_values": BELIEVED,
        },
    ),
    "a decision was inverted": (
        "13:00",
        {"decided.decisions": f"{DECIDED} | no | 11:55 | 0", "forecast.fair_values": BELIEVED},
    ),
    "a ladder summed to a half": (
        "12:30",
        {"forecast.fair_values": "as_of | yes_probability\n 12:00 | 0.5"},
    ),
    "a forecast forgot what was observed": (
        "12:30",
        {
            "forecast.evidence": "as_of | bound_f\n 12:00 | 72",
            "forecast.daily_extremes": "as_of | first_f | pmf\n 12:00 | 69 | [0.5, 0.5, 0.0, 0.0]",
        },
    ),
    "the shadow was not written": (
        "12:30",
        {"forecast.evidence": "as_of | running_extreme_f\n 12:00 | 72"},
    ),
    "a market came without strikes": ("12:00", {"parsed.markets": "ticker\n A"}),
    "an event lacks its middle": (
        "12:00",
        {
            "parsed.markets": f"ticker | lower_f | upper_f | {CLOSE}\n"
            f"A | - | 69 | {RUNG}\n B | 72 | - | {RUNG}",
        },
    ),
    "two markets of an event won": (
        "+2d 12:00",
        {
            "parsed.markets": f"ticker | lower_f | upper_f | market_result | {CLOSE}\n"
            f"A | - | 69 | yes | {RUNG}\n B | 70 | - | yes | {RUNG}",
        },
    ),
    "a tail was read in the wrong direction": (
        "+2d 12:00",
        {
            "parsed.markets": "ticker | lower_f | upper_f | market_result | expiration_value_f"
            f"| {CLOSE}\n A | - | 69 | yes | 72 | {RUNG}\n B | 70 | - | no | 72 | {RUNG}",
        },
    ),
    "a series closed by the clock's midnight": (
        "+1d 06:00",
        {"parsed.markets": f"lower_f | upper_f | {CLOSE}\n 72 | 73 | +1d 04:00 | less | strikes"},
    ),
    "a settlement never reached us": (
        "+3d 12:00",
        {
            "parsed.fills": f"{OURS}\n f1 | A | 1 | .40 | 12:00 | mm_xb_1",
            "parsed.markets": f"ticker | {CLOSE}\n A | {RUNG}",
        },
    ),
    "winners were paid nothing": (
        "+3d 12:00",
        {
            "parsed.fills": f"{OURS}\n f1 | A | 1 | .40 | 12:00 | mm_xb_1",
            "parsed.settlements": "ticker | market_result | settled_at | received_at"
            "| revenue_reported_dollars\n A | yes | +1d 12:00 | +1d 12:01 | 0",
        },
    ),
    "a position is not what we bought": (
        "21:00",
        {"parsed.positions": "ticker | contracts | received_at\n A | 1 | 20:00"},
    ),
    "a fill cost twice its fee": (
        "13:00",
        {
            "parsed.fills": "fill_id | client_order_id | price_dollars | fee_dollars | is_taker"
            "| filled_at\n f1 | mm_xb_1 | .52 | .0350 | true | 12:00",
        },
    ),
    "money went without a flow": (
        "15:00",
        {
            "parsed.fills": f"{OURS}\n f1 | A | 10 | .40 | 12:00 | mm_xb_1",
            "parsed.balances": "exchange_index | balance_dollars | received_at\n"
            "0 | 100 | 10:00\n 0 | 95 | 14:00",
        },
    ),
    "collateral came back against policy": (
        "15:00",
        {
            "parsed.fills": NO_LEGS,
            "parsed.balances": "exchange_index | balance_dollars | received_at\n"
            f"0 | 100 | 10:00\n 0 | {RETURNED} | 14:00",
        },
    ),
    "a fill came before its time": (
        "13:00",
        {
            "parsed.fills": "fill_id | client_order_id | filled_at | received_at\n"
            "f1 | mm_xb_1 | 12:05 | 12:00",
        },
    ),
    "our clock was behind": (
        "12:30",
        {"parsed.user_data_timestamps": "as_of_at | received_at\n 12:01 | 12:00"},
    ),
}


def feed_silent(store: Store) -> None:
    land(store, "kalshi_positions", {"error": "unauthorized"}, status_code=401)


def field_drift(store: Store) -> None:
    fills(store, "12:00", without("count_fp"), count=3)
    store.parse("field_pages")


def rejected_records(store: Store) -> None:
    land(store, "kalshi_trades", {"trades": []})
    given(store, "parsed.rejects", "feed | reason | received_at\n kalshi_trades | no time | 12:00")


def rules_changed(store: Store) -> None:
    event(store, 9)
    event(store, 10, TWC)


def feed_stale(store: Store) -> None:
    given(store, "parsed.observations", "station_id | observed_at\n KNYC | 10:51")
    land(store, "metar", [], received_at="12:30")


def markets_unlisted(store: Store) -> None:
    listed = f"ticker | series_ticker | open_at | received_at | {CLOSE}"
    given(store, "parsed.markets", f"{listed}\n A | KXHIGHNY | 08:00 | 12:00 | {RUNG}")
    endpoint = "/trade-api/v2/markets?limit=1000&series_ticker=KXHIGHNY&status=open"
    land(
        store, "kalshi_markets", {"markets": []}, endpoint=endpoint, requested_at=at("12:05"),
        received_at="12:05",
    )  # fmt: skip


def orders_unlisted(store: Store) -> None:
    given(store, "posted.intents", INTENT)
    given(store, "posted.outcomes", ANSWERED)
    given(store, "decided.permissions", ARMED)
    asked_at = at("12:05")
    land(store, "kalshi_orders", {"orders": []}, requested_at=asked_at, received_at="12:05")


def results_untold(store: Store) -> None:
    given(store, "parsed.markets", "ticker | bounds_evidence\n A | strikes")
    given(store, "parsed.settlements", "ticker | market_result | settled_at\n A | yes | 12:00")
    land(store, "kalshi_markets", {"markets": []}, received_at="12:05")


# The same for what is told by bodies rather than by rows.
BODIES = (
    feed_silent, feed_stale, field_drift, markets_unlisted, orders_unlisted, rejected_records,
    results_untold, rules_changed,
)  # fmt: skip


def seen(store: Store, as_of: str) -> set[str]:
    """The audits that fire."""
    store.derive_all()
    found = [one for name in names("audit") for one in store.audit_rows(name, at(as_of))]
    assert [one for one in found if one.finding == BROKEN] == []
    return {one.finding for one in found}


@pytest.fixture(scope="module")
def fired() -> dict[str, set[str]]:
    """By incident, the audits that fire."""
    found = {}
    for incident in [*INCIDENTS, *BODIES]:
        with Store.in_memory(PAPER, datetime(2026, 6, 1, tzinfo=UTC)) as store:
            if callable(incident):
                incident(store)
                found[incident.__name__] = seen(store, "12:30")
                continue
            as_of, told = INCIDENTS[incident]
            for table, picture in told.items():
                given(store, table, picture)
            found[incident] = seen(store, as_of)
    return found


@pytest.mark.parametrize("audit", names("audit"))
def test_every_audit_fires_on_an_incident(fired: dict[str, set[str]], audit: str) -> None:
    assert [incident for incident, audits in fired.items() if audit in audits]


def test_every_incident_is_found(fired: dict[str, set[str]]) -> None:
    assert [incident for incident, audits in fired.items() if not audits] == []


def test_no_two_audits_fire_on_exactly_the_same_incidents(fired: dict[str, set[str]]) -> None:
    of = {
        audit: {incident for incident, audits in fired.items() if audit in audits}
        for audit in names("audit")
    }
    assert [pair for pair in combinations(of, 2) if of[pair[0]] == of[pair[1]]] == []


def test_a_sound_world_is_silent(store: Store) -> None:
    ladder(store, strike_type="between")
    assert seen(store, "12:30") == set()
