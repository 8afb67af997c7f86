"""Rank of legs within an event, and money at stake on a climate day."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kwx_core.store import Store
from tests.spec.drawn import given
from tests.spec.walk import (
    EVENT,
    arm,
    book,
    decisions,
    feeds,
    gate,
    guidance,
    ladder,
    override,
    policy,
    quotes,
    reports,
)

NOW = "22:01"
DAY = EVENT.removeprefix("KXHIGHNY-")
# NO of five brackets, each offered well below what it is believed to be worth.
BIDS = {"T70": "0.16", "B70.5": "0.20", "B74.5": "0.40", "B76.5": "0.35", "T77": "0.24"}


def world(store: Store, bids: dict[str, str] | None = None) -> None:
    bids = bids or BIDS
    ladder(store)
    guidance(store, 74.0)
    reports(store, ("19:51", 72), ("20:51", 72), ("21:51", 71))
    quotes(store, "22:00", *((name, bid, "0.99") for name, bid in bids.items()))
    book(store, "22:00", *((name, "bid", bid, "9") for name, bid in bids.items()))
    feeds(store, "22:00")
    arm(store, "21:00")


def by_name(found, name: str) -> dict:
    return found.filter(ticker=f"{EVENT}-{name}").row(0, named=True)


def test_the_best_four_legs_of_an_event_post(store: Store) -> None:
    world(store)
    found = decisions(store, NOW)
    ranked = {
        name: gate(by_name(found, name), "leg_rank")["value"]
        for name in ("B76.5", "B70.5", "T77", "B74.5", "T70")
    }
    edges = {name: by_name(found, name)["edge_dollars"] for name in ranked}
    assert sorted(ranked, key=ranked.__getitem__) == sorted(edges, key=lambda n: -edges[n])
    assert sorted(ranked.values()) == [1, 2, 3, 4, 5]
    verdicts = {n: by_name(found, n)["verdict"] for n, rank in ranked.items() if rank <= 4}
    assert set(verdicts.values()) == {"post"}
    [fifth] = [name for name, rank in ranked.items() if rank == 5]
    assert (by_name(found, fifth)["verdict"], by_name(found, fifth)["reason"]) == (
        "shadow",
        "leg_rank",
    )


def test_a_leg_that_fails_a_gate_before_the_rank_takes_no_place(store: Store) -> None:
    world(store)
    given(store, "parsed.fills", f"ticker | contracts\n{EVENT}-B76.5 | 1")
    found = decisions(store, NOW)
    assert gate(by_name(found, "B76.5"), "leg_rank")["value"] is None
    names = ("B70.5", "T77", "B74.5", "T70")
    assert {by_name(found, name)["verdict"] for name in names} == {"post"}


@pytest.mark.parametrize(("contracts", "verdict"), [("8", "post"), ("9", "shadow")])
@pytest.mark.parametrize("kind", ["filled", "attributed", "resting", "executed", "unknown", "sent"])
def test_filled_resting_and_unknown_count_with_their_fees(
    store: Store, kind: str, contracts: str, verdict: str
) -> None:
    """NO of 74-75 costs .60 + .0168; 8 contracts at .5325 + fee are 4.3997, 9 are 4.9495."""
    rules = policy(override("entry.day_exposure_dollars", '"5.03"'))
    world(store, {"B74.5": "0.40"})
    ladder(store, f"KXHIGHMIA-{DAY}", station_id="KMIA")
    ticker = f"KXHIGHMIA-{DAY}-B72.5"
    if kind == "attributed":
        given(
            store,
            "parsed.fills",
            f"fill_id | ticker | price_dollars | contracts | fee_dollars\n"
            f"F | {ticker} | 0.5325 | {contracts} | -",
        )
        given(store, "ledger.attribution", f"fill_id | ticker\nF | {ticker}")
    else:
        given(
            store,
            "posted.intents",
            f"intent_id | client_order_id | ticker | price_dollars | contracts\n"
            f"I | xb_I | {ticker} | 0.5325 | {contracts}",
        )
    if kind in {"filled", "resting", "executed"}:
        given(store, "posted.outcomes", "intent_id | state | order_id\nI | accepted | O")
    if kind == "unknown":
        given(store, "posted.outcomes", "intent_id | state\nI | unknown")
    if kind == "filled":
        given(
            store,
            "parsed.fills",
            f"ticker | order_id | price_dollars | contracts | fee_dollars\n"
            f"{ticker} | O | 0.5325 | {contracts} | -",
        )
    if kind in {"resting", "executed"}:
        filled, left = ("2", str(int(contracts) - 2)) if kind == "resting" else (contracts, "0")
        given(
            store,
            "parsed.orders",
            f"order_id | ticker | status | contracts | filled_contracts | remaining_contracts\n"
            f"O | {ticker} | {kind} | {contracts} | {filled} | {left}",
        )
    row = by_name(decisions(store, NOW, rules), "B74.5")
    fee = {"8": Decimal("0.1395"), "9": Decimal("0.1569")}[contracts]
    at_stake = Decimal(contracts) * Decimal("0.5325") + fee + Decimal("0.6168")
    assert gate(row, "day_exposure")["value"] == pytest.approx(float(at_stake), abs=1e-6)
    assert row["verdict"] == verdict
    assert row["reason"] == ("clear" if verdict == "post" else "day_exposure")


def test_what_was_rejected_cancelled_or_never_landed_is_not_at_stake(store: Store) -> None:
    world(store, {"B74.5": "0.40"})
    for number, state in enumerate(("rejected", "cancelled", "never_landed")):
        given(
            store,
            "posted.intents",
            f"intent_id | ticker | contracts\nI{number} | {EVENT}-B72.5 | 90",
        )
        given(store, "posted.outcomes", f"intent_id | state\nI{number} | {state}")
    row = by_name(decisions(store, NOW), "B74.5")
    assert gate(row, "day_exposure")["value"] == pytest.approx(0.6168)


def test_another_strategy_and_another_day_have_money_of_their_own(store: Store) -> None:
    world(store, {"B74.5": "0.40"})
    ladder(store, "KXHIGHNY-26JUN11", climate_date="2026-06-11", close_at="+2d 05:00")
    given(
        store,
        "posted.intents",
        f"""
        intent_id | strategy_id   | ticker                 | contracts
        I1        | mm_quote      | {EVENT}-B72.5          | 90
        I2        | cross_bracket | KXHIGHNY-26JUN11-B72.5 | 90
        """,
    )
    row = by_name(decisions(store, NOW), "B74.5")
    assert gate(row, "day_exposure")["value"] == pytest.approx(0.6168)


def test_what_closed_earlier_in_the_day_still_counts(store: Store) -> None:
    world(store, {"B74.5": "0.40"})
    ladder(store, f"KXHIGHMIA-{DAY}", station_id="KMIA", close_at="21:00")
    given(
        store,
        "posted.intents",
        f"ticker | contracts | price_dollars\nKXHIGHMIA-{DAY}-B72.5 | 9 | 0.50",
    )
    assert by_name(decisions(store, NOW), "B74.5")["reason"] == "day_exposure"


def test_legs_of_the_same_tick_share_the_day_s_money_best_edge_first(store: Store) -> None:
    world(store)
    rules = policy(override("entry.day_exposure_dollars", '"1.50"'))
    found = decisions(store, NOW, rules)
    posted = found.filter(verdict="post")
    spent = sum(p for p in posted["price_dollars"])
    assert 1 <= posted.height < 4
    assert spent <= Decimal("1.50")
    stopped = found.filter(reason="day_exposure")
    assert stopped.height >= 1
    assert posted["edge_dollars"].min() >= stopped["edge_dollars"].max()
