"""The one door to the exchange's books: orders and cancels leave here, and nowhere else.

Every intent is on disk before it comes here, and each is sent once. What the exchange answers is
handed back at once, one intent at a time, so that the caller can commit it before the next leaves.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from executor.kalshi import sansio
from executor.kalshi.answers import NOT_SENT, Outcome, outcome_of_cancel, outcome_of_create
from executor.wire import RequestRefusedError
from kwx_core.contracts.posted import Outcomes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from executor.kalshi.client import KalshiClient
    from kwx_core.contracts.base import Frame
    from kwx_core.contracts.posted import Intents
    from kwx_core.policy import Policy

# Each of these says that the order provably never left; the next tick decides anew.
HALTED = Outcome("rejected", None, "halted", "held back by a halt", is_wait=True)
STALE = Outcome("rejected", None, "stale", "held back: its decision is too old", is_wait=True)


async def submit(
    intents: Frame[Intents],
    client: KalshiClient,
    policy: Policy,
    is_halted: Callable[[], bool],
    now: Callable[[], datetime],
) -> AsyncIterator[Frame[Outcomes]]:
    """Send each intent once, in order; one row of posted.outcomes for each, as it is known.

    `is_halted` is asked before every order, last when its token has been waited for. A halt holds
    orders back, never their cancels: taking an order away is what a halt is for. An intent older
    than the lead that recovery gives the exchange's timestamp is not sent either, since recovery
    takes for granted that what left, left before that.
    """
    lead = timedelta(seconds=policy.recover.user_timestamp_lead_seconds)
    for intent in intents.iter_rows(named=True):
        if intent["kind"] == "cancel":
            outcome = await _cancel(client, intent)
        else:
            held = _held(intent["intended_at"] + lead, is_halted, now)
            outcome = await _create(client, intent, held)
        yield outcome_frame(intent["intent_id"], outcome, now())


def outcome_frame(intent_id: str, outcome: Outcome, observed_at: datetime) -> Frame[Outcomes]:
    """One row of posted.outcomes."""
    row = {
        "intent_id": intent_id,
        "observed_at": observed_at,
        "state": outcome.state,
        "order_id": outcome.order_id,
        "code": outcome.code,
        "message": outcome.message,
        "evidence": outcome.evidence,
    }
    kinds = {name: column.dtype.type for name, column in Outcomes.to_schema().columns.items()}
    return Outcomes.validate(pl.DataFrame([row], schema=kinds))


def _held(
    sent_by: datetime, is_halted: Callable[[], bool], now: Callable[[], datetime]
) -> Callable[[], Outcome | None]:
    """What keeps an order from leaving, asked anew each time."""

    def held() -> Outcome | None:
        if is_halted():
            return HALTED
        return STALE if now() > sent_by else None

    return held


async def _create(
    client: KalshiClient, intent: dict[str, Any], held: Callable[[], Outcome | None]
) -> Outcome:
    if (reason := held()) is not None:
        return reason
    try:
        request = sansio.create_order(intent)
    except RequestRefusedError as error:
        return _refused(error)
    answer = await client.post_order(request, lambda: held() is not None)
    if not answer.is_sent:
        return held() or NOT_SENT
    return outcome_of_create(answer.status, answer.body, client_order_id=intent["client_order_id"])


async def _cancel(client: KalshiClient, intent: dict[str, Any]) -> Outcome:
    try:
        request = sansio.cancel_order(intent["order_id"], intent["ticker"])
    except RequestRefusedError as error:
        return _refused(error)
    answer = await client.cancel(request)
    return outcome_of_cancel(
        answer.status, answer.body, order_id=intent["order_id"], is_sent=answer.is_sent
    )


def _refused(error: RequestRefusedError) -> Outcome:
    return Outcome("rejected", None, "refused", str(error))
