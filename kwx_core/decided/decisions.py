"""decided.decisions: every candidate with every gate, one verdict and one reason."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import polars as pl

from kwx_core.contracts.base import Frame, columns
from kwx_core.contracts.decided import Decisions
from kwx_core.decided.circumstances import circumstances
from kwx_core.decided.gates import BOOK_GATES, gates
from kwx_core.decided.judgement import judgement
from kwx_core.decided.sizing import sizing
from kwx_core.decided.strategies.cross_bracket import cross_bracket

if TYPE_CHECKING:
    from kwx_core.decided.situation import Belief, Situation
    from kwx_core.policy import Policy

# One line a strategy: what it proposes.
STRATEGIES = (cross_bracket,)

_ID_PARTS = ("strategy_id", "ticker", "outcome_side", "price_dollars", "contracts", "decided_at")


@dataclass(frozen=True)
class Judged:
    """Every candidate that is due with its gates; grain strategy and ticker; from which situation.

    A candidate is due when its side, price, belief or the market's middle has changed since its
    last decision, when a person has said something since, or when that decision has grown old.
    """

    candidates: pl.DataFrame
    situation: Situation


def judged(belief: Belief, situation: Situation, policy: Policy) -> Judged:
    """Propose what each strategy would do, and hold every gate against it."""
    placed = pl.concat(
        circumstances(
            propose(belief, situation.fees, policy, situation.as_of), belief, situation, policy
        )
        for propose in STRATEGIES
    )
    gated = judgement(sizing(placed, situation, policy), situation, policy)
    return Judged(gated.filter("is_due"), situation)


def decisions(found: Judged, policy: Policy) -> Frame[Decisions]:
    """Date and name what was judged, to be stored; grain strategy, ticker and moment."""
    situation = found.situation
    dated = found.candidates.with_columns(
        pl.lit(situation.as_of).cast(pl.Datetime("us", "UTC")).alias("decided_at"),
        pl.lit(situation.run.run_id).alias("run_id"),
        pl.lit(policy.policy_id).alias("policy_id"),
        pl.col("series_ticker").alias("family"),
    )
    named = dated.with_columns(pl.Series("decision_id", _identities(dated), dtype=pl.String))
    return Decisions.validate(named.select(columns(Decisions)))


def wishes(found: Judged, policy: Policy) -> list[str]:
    """The tickers whose order book is worth asking for: due, and no gate before it stops them.

    Gates behind the book do not count, so that the reason of a shadow decision is never merely
    that nobody had looked.
    """
    names = [rule.name for rule in gates(policy)]
    before = names[: names.index(BOOK_GATES[0])]
    passing = pl.all_horizontal(pl.col(f"is_{name}").fill_null(value=False) for name in before)
    return sorted(found.candidates.filter(passing)["ticker"].unique().to_list())


def _identities(dated: pl.DataFrame) -> list[str]:
    """The same decision has the same id, whoever makes it and however often."""
    return [
        sha256("|".join(_written(part) for part in row).encode()).hexdigest()
        for row in dated.select(_ID_PARTS).iter_rows()
    ]


def _written(part: object) -> str:
    return "" if part is None else str(part)
