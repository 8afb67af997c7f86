"""decided.decisions: every candidate with every gate, one verdict and one reason."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import polars as pl

from kwx_core.contracts.base import Frame, columns
from kwx_core.contracts.decided import Decisions
from kwx_core.decided.circumstances import beside_belief, circumstances
from kwx_core.decided.gates import BOOK_GATES, gates, gates_of_the_wish
from kwx_core.decided.judgement import judgement
from kwx_core.decided.sizing import sizing
from kwx_core.decided.strategies.cross_bracket import cross_bracket

if TYPE_CHECKING:
    from datetime import datetime

    from kwx_core.contracts.ref import Fees
    from kwx_core.decided.situation import Belief, Situation
    from kwx_core.policy import Policy

# One line a strategy: what it proposes.
STRATEGIES = (cross_bracket,)

_ID_PARTS = ("strategy_id", "ticker", "outcome_side", "price_dollars", "contracts", "decided_at")


def decisions(belief: Belief, situation: Situation, policy: Policy) -> Frame[Decisions]:
    """Judge every candidate that is due; grain strategy, ticker and moment.

    A candidate is due when its side, price, belief or the market's middle has changed since its
    last decision, when a person has said something since, or when that decision has grown old.
    """
    dated = _judged(belief, situation, policy).with_columns(
        pl.lit(situation.as_of).cast(pl.Datetime("us", "UTC")).alias("decided_at"),
        pl.lit(situation.run.run_id).alias("run_id"),
        pl.lit(policy.policy_id).alias("policy_id"),
        pl.col("series_ticker").alias("family"),
    )
    named = dated.with_columns(pl.Series("decision_id", _identities(dated), dtype=pl.String))
    return Decisions.validate(named.select(columns(Decisions)))


def wishes(belief: Belief, situation: Situation, policy: Policy) -> list[str]:
    """The tickers whose order book is worth asking for: due, and no gate before it stops them.

    Gates behind the book do not count, so that the reason of a shadow decision is never merely
    that nobody had looked.
    """
    names = [rule.name for rule in gates(policy)]
    before = names[: names.index(BOOK_GATES[0])]
    passing = pl.all_horizontal(pl.col(f"is_{name}").fill_null(value=False) for name in before)
    judged = _judged(belief, situation, policy).filter(passing)
    return sorted(judged["ticker"].unique().to_list())


def is_hopeful(belief: Belief, fees: Frame[Fees], policy: Policy, as_of: datetime) -> bool:
    """Say whether any candidate passes the gates of belief, price and clock.

    Most ticks have none; where we stand need not be asked then to know that no book is wished for.
    """
    rules = gates_of_the_wish(policy)
    passes = pl.all_horizontal(rule.passed.fill_null(value=False) for rule in rules)
    return any(
        beside_belief(propose(belief, fees, policy, as_of), belief, policy, as_of)
        .select(passes.any())
        .item()
        for propose in STRATEGIES
    )


def _judged(belief: Belief, situation: Situation, policy: Policy) -> pl.DataFrame:
    placed = pl.concat(
        circumstances(
            propose(belief, situation.fees, policy, situation.as_of), belief, situation, policy
        )
        for propose in STRATEGIES
    )
    return judgement(sizing(placed, situation, policy), situation, policy).filter("is_due")


def _identities(dated: pl.DataFrame) -> list[str]:
    """The same decision has the same id, whoever makes it and however often."""
    return [
        sha256("|".join(_written(part) for part in row).encode()).hexdigest()
        for row in dated.select(_ID_PARTS).iter_rows()
    ]


def _written(part: object) -> str:
    return "" if part is None else str(part)
