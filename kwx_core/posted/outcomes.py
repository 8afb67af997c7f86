"""posted.outcomes: what became of the intents on which the exchange has not spoken?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from kwx_core.contracts.base import Frame, columns
from kwx_core.contracts.posted import Outcomes

if TYPE_CHECKING:
    from kwx_core.contracts.parsed import Fills, Orders, UserDataTimestamps
    from kwx_core.contracts.unstored import OrderPulls, States
    from kwx_core.policy import Policy

_TIME = pl.Datetime("us", "UTC")
_WORDS = ("intent_id", "state", "order_id", "code", "message", "observed_at")


@dataclass(frozen=True)
class Evidence:
    """What the exchange has told us: its order list, our fills, and how far it had caught up."""

    orders: Frame[Orders]
    fills: Frame[Fills]
    pulls: Frame[OrderPulls]
    timestamps: Frame[UserDataTimestamps]


def outcomes(
    states: Frame[States], evidence: Evidence, policy: Policy, as_of: datetime
) -> Frame[Outcomes]:
    """Resolve unknown intents from the order list, and see what landed after all.

    Grain: at most one row per intent. An intent about which nothing is proven gets no row: it
    stays unknown and keeps blocking. So does one that a fill mentions and the list does not, and
    one so old that the list would no longer show its order, until the archive has been asked, too.
    """
    proof, archived = _proofs(evidence, policy)
    creates = states.filter(pl.col("kind") == "create")
    sent_cancels = states.filter(pl.col("kind") == "cancel", pl.col("state") == "unknown")
    found = _found(creates, evidence.orders)
    told = pl.concat(
        [
            found,
            _absent(creates, found, evidence, (proof, archived)),
            _cancelled(sent_cancels, evidence.orders, proof),
        ]
    )
    # A word is later than the one before it, even where a clock was set back.
    later = pl.col("observed_at").dt.offset_by("1us")
    return Outcomes.validate(
        told.with_columns(
            pl.max_horizontal(pl.lit(as_of).cast(_TIME), later).alias("observed_at"),
            pl.lit("order_list").alias("evidence"),
        ).select(columns(Outcomes))
    )


@dataclass(frozen=True)
class _Proof:
    """A complete order list: what it lacks though it is old enough does not exist."""

    listed_at: datetime | None
    caught_up_at: datetime | None
    after: timedelta
    lead: timedelta
    reach: timedelta

    @classmethod
    def of(cls, evidence: Evidence, policy: Policy, lists: pl.Series) -> _Proof:
        """Only timestamps that we had when the list was asked for say how new the list is."""
        listed_at = _latest(lists)
        known = evidence.timestamps
        before = known.filter(pl.col("received_at") <= listed_at) if listed_at else known.clear()
        return cls(
            listed_at,
            _latest(before["as_of_at"]),
            timedelta(seconds=policy.recover.never_landed_after_seconds),
            timedelta(seconds=policy.recover.user_timestamp_lead_seconds),
            timedelta(days=policy.recover.order_list_days),
        )

    def covers(self) -> pl.Expr:
        """Whether the list must know what an intent did."""
        if self.listed_at is None or self.caught_up_at is None:
            return pl.lit(value=False)
        return (pl.col("intended_at") <= self.listed_at - self.after) & (
            pl.col("intended_at") <= self.caught_up_at - self.lead
        )

    def shows(self) -> pl.Expr:
        """Whether the list must still show it: what ended before its reach is in the archive.

        An order ends after it was meant, so the age of the intent is enough.
        """
        if self.listed_at is None:
            return pl.lit(value=False)
        return self.covers() & (pl.col("intended_at") >= self.listed_at - self.reach)


def _proofs(evidence: Evidence, policy: Policy) -> tuple[_Proof, _Proof]:
    """The newest order list; and the newest list before the newest archive, which completes it."""
    lists = _complete(evidence, "kalshi_orders")
    archived_at = _latest(_complete(evidence, "kalshi_historical_orders"))
    before = lists.filter(lists <= archived_at) if archived_at else lists.clear()
    return _Proof.of(evidence, policy, lists), _Proof.of(evidence, policy, before)


def _complete(evidence: Evidence, feed: str) -> pl.Series:
    is_whole = pl.col("is_complete") & (pl.col("feed") == feed)
    return evidence.pulls.filter(is_whole)["requested_at"]


def _latest(times: pl.Series) -> datetime | None:
    latest = times.max()
    return latest if isinstance(latest, datetime) else None


def _found(creates: pl.DataFrame, orders: Frame[Orders]) -> pl.DataFrame:
    """Intents that the order list shows, whatever became of the order there."""
    waiting = creates.filter(pl.col("state").is_in(["unknown", "never_landed"]))
    # The exchange keeps client order ids unique; should it ever fail to, the first one is ours.
    listed = (
        orders.filter(pl.col("client_order_id").is_not_null())
        .sort("created_at", "order_id", nulls_last=True)
        .unique("client_order_id", keep="first", maintain_order=True)
        .select("client_order_id", pl.col("order_id").alias("listed_order_id"))
    )
    shown = waiting.join(listed, on="client_order_id", how="inner", validate="m:1")
    late = pl.col("state") == "never_landed"
    return _words(
        shown,
        state=pl.when(late).then(pl.lit("landed_after_all")).otherwise(pl.lit("accepted")),
        order_id=pl.col("listed_order_id"),
    )


def _absent(
    creates: pl.DataFrame,
    found: pl.DataFrame,
    evidence: Evidence,
    proofs: tuple[_Proof, _Proof],
) -> pl.DataFrame:
    """Unknown intents that no complete list, new enough, shows and that no fill mentions."""
    proof, archived = proofs
    mentioned = evidence.fills.select("client_order_id")
    gone = (
        creates.filter(pl.col("state") == "unknown", proof.shows() | archived.covers())
        .join(found, on="intent_id", how="anti")
        .join(mentioned, on="client_order_id", how="anti")
        .join(_nameless(creates, evidence.orders, proof), on="intent_id", how="anti")
        .join(_orphaned(creates, evidence, proof), on="intent_id", how="anti")
    )
    message = (
        pl.when(proof.shows())
        .then(pl.lit(f"not in the order list asked for at {_clock(proof)}"))
        .otherwise(pl.lit(f"neither in the order list of {_clock(archived)} nor in the archive"))
    )
    return _words(gone, state=pl.lit("never_landed"), message=message)


def _clock(proof: _Proof) -> str:
    return f"{proof.listed_at:%H:%M:%S}" if proof.listed_at else "never"


def _nameless(creates: pl.DataFrame, orders: Frame[Orders], proof: _Proof) -> pl.DataFrame:
    """Intents that an order without a client order id may be: such an order clears nobody."""
    same = ["ticker", "outcome_side", "price_dollars", "contracts"]
    unnamed = orders.filter(pl.col("client_order_id").is_null()).select(*same, "created_at")
    # The exchange's clock and ours differ by seconds; the lead is longer than they ever did.
    is_possible = pl.col("created_at").is_null() | (
        pl.col("created_at") >= pl.col("intended_at") - proof.lead
    )
    return creates.join(unnamed, on=same, how="inner", validate="m:m").filter(is_possible)


def _orphaned(creates: pl.DataFrame, evidence: Evidence, proof: _Proof) -> pl.DataFrame:
    """Intents that a fill of an unlisted order may belong to; fills name none since 2026-03."""
    orphans = (
        evidence.fills.filter(pl.col("client_order_id").is_null())
        .join(evidence.orders, on="order_id", how="anti")
        .select("ticker", "outcome_side", "filled_at")
    )
    return creates.join(orphans, on=["ticker", "outcome_side"], how="inner", validate="m:m").filter(
        pl.col("filled_at") >= pl.col("intended_at") - proof.lead
    )


def _cancelled(sent_cancels: pl.DataFrame, orders: Frame[Orders], proof: _Proof) -> pl.DataFrame:
    """Cancels whose order the list shows: done, too late, or, if it still rests, never landed."""
    listed = orders.select("order_id", "status", "received_at")
    shown = sent_cancels.join(listed, on="order_id", how="inner", validate="m:1")
    still_rests = (pl.col("status") == "resting") & proof.covers()
    if proof.listed_at is not None:
        still_rests &= pl.col("received_at") >= proof.listed_at
    state = (
        pl.when(pl.col("status") == "canceled")
        .then(pl.lit("cancelled"))
        .when(pl.col("status") == "executed")
        .then(pl.lit("rejected"))
        .when(still_rests)
        .then(pl.lit("never_landed"))
    )
    code = pl.when(pl.col("status") == "executed").then(pl.lit("executed"))
    words = _words(shown, state=state, order_id=pl.col("order_id"), code=code)
    return words.filter(pl.col("state").is_not_null())


def _words(rows: pl.DataFrame, **said: pl.Expr) -> pl.DataFrame:
    """The columns of a word; what is not said is null."""
    silent = {
        name: pl.lit(None, pl.String)
        for name in ("order_id", "code", "message")
        if name not in said
    }
    return rows.with_columns(**silent, **said).select(_WORDS)
