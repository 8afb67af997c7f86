"""Judgement: every gate's result for every candidate, rank and exposure included."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from kwx_core.contracts.decided import GATE
from kwx_core.decided.fees import taker_fees
from kwx_core.decided.gates import EXPOSURE, LAST_OF_THE_WISH, RANK, Gate, gates

if TYPE_CHECKING:
    from kwx_core.decided.situation import Situation
    from kwx_core.policy import Policy

_CLEAR = "clear"
_DOLLARS = pl.Decimal(18, 6)


def judgement(candidates: pl.DataFrame, situation: Situation, policy: Policy) -> pl.DataFrame:
    """Add `gates`, `verdict` and `reason`, and a boolean column `is_<gate>` each, to the frame.

    Legs are ranked by edge within their event among those that pass every gate before the rank.
    Then money is given out, the best leg of a strategy and climate day first: a leg that is due
    and passes all else takes its cost and fee from what the next one may still spend.
    """
    rules = gates(policy)
    before, after = _split(rules, RANK)
    beside, [exposure] = (
        [rule for rule in after if rule.name != EXPOSURE],
        [rule for rule in after if rule.name == EXPOSURE],
    )
    ranked = _passed(candidates, before).with_columns(_rank(before).alias("leg_rank"))
    ranked = _passed(ranked, beside)
    spent = _exposures(ranked, _all_passed([*before, *beside]), situation, policy)
    exposed = ranked.with_columns(pl.Series("day_exposure_dollars", spent, dtype=_DOLLARS))
    return _judged(_passed(exposed, [exposure]), rules)


def _judged(frame: pl.DataFrame, rules: list[Gate]) -> pl.DataFrame:
    names = [rule.name for rule in rules]
    fails = [~pl.col(f"is_{name}").fill_null(value=False) for name in names]
    is_clear = ~pl.any_horizontal(fails)
    is_wished = ~pl.any_horizontal(fails[: names.index(LAST_OF_THE_WISH) + 1])
    reason = pl.coalesce(
        pl.when(failed).then(pl.lit(name)) for name, failed in zip(names, fails, strict=True)
    )
    shadow = pl.when(is_wished).then(pl.lit("shadow")).otherwise(pl.lit("pass"))
    return frame.with_columns(
        _results(frame, rules),
        reason.fill_null(_CLEAR).alias("reason"),
        pl.when(is_clear).then(pl.lit("post")).otherwise(shadow).alias("verdict"),
    )


def _split(rules: list[Gate], name: str) -> tuple[list[Gate], list[Gate]]:
    place = [rule.name for rule in rules].index(name)
    return rules[:place], rules[place:]


def _passed(frame: pl.DataFrame, rules: list[Gate]) -> pl.DataFrame:
    return frame.with_columns(rule.passed.alias(f"is_{rule.name}") for rule in rules)


def _all_passed(rules: list[Gate]) -> pl.Expr:
    return pl.all_horizontal(pl.col(f"is_{rule.name}").fill_null(value=False) for rule in rules)


def _rank(before: list[Gate]) -> pl.Expr:
    """The leg's place by edge, tickers deciding between equals; null for legs already out."""
    edge = pl.when(_all_passed(before)).then(pl.col("edge_dollars").cast(pl.Float64))
    place = (
        pl.struct(-edge, "ticker")
        .rank("ordinal")
        .over("strategy_id", "event_ticker", edge.is_null())
    )
    return pl.when(edge.is_not_null()).then(place)


def _exposures(
    frame: pl.DataFrame, passes_all_else: pl.Expr, situation: Situation, policy: Policy
) -> list[Decimal | None]:
    """What a strategy would have at stake on the climate day with this leg, in frame order."""
    stakes = _stakes(situation)
    found: dict[int, Decimal | None] = {}
    wanted = frame.with_row_index("_row").with_columns(
        (passes_all_else & pl.col("is_due")).alias("_spends")
    )
    order = wanted.sort("edge_dollars", "ticker", descending=[True, False], nulls_last=True)
    for row in order.iter_rows(named=True):
        day = (row["strategy_id"], row["climate_date"])
        own = _cost(row)
        at_stake = stakes[day]
        found[row["_row"]] = None if own is None or at_stake is None else at_stake + own
        total = found[row["_row"]]
        if row["_spends"] and total is not None and total <= policy.entry.day_exposure_dollars:
            stakes[day] = total
    return [found[row] for row in range(frame.height)]


def _cost(row: dict[str, Any]) -> Decimal | None:
    if row["price_dollars"] is None or row["fee_dollars"] is None:
        return None
    cost: Decimal = row["contracts"] * (row["price_dollars"] + row["fee_dollars"])
    return cost


def _stakes(situation: Situation) -> dict[tuple[str, Any], Decimal | None]:
    """Cost and fees per strategy and climate day; a fee not told yet is the expected one."""
    exposures = situation.exposures
    fees = taker_fees(situation.fees, exposures["ticker"], situation.as_of)
    total: dict[tuple[str, Any], Decimal | None] = defaultdict(Decimal)
    for row in exposures.iter_rows(named=True):
        day = (row["strategy_id"], row["climate_date"])
        so_far, taker, fee = total[day], fees[row["ticker"]], row["fee_dollars"]
        if fee is None and taker is not None:
            fee = taker.of(row["contracts"], row["price_dollars"])
        is_known = so_far is not None and fee is not None
        total[day] = so_far + row["contracts"] * row["price_dollars"] + fee if is_known else None
    return total


def _results(frame: pl.DataFrame, rules: list[Gate]) -> pl.Series:
    """What every gate said of every candidate, in order, as GATE says.

    All gates of all candidates are one long struct, cut into lists: a list of structs made gate by
    gate takes four times as long.
    """
    each = {
        "value": [rule.value.cast(pl.Float64) for rule in rules],
        "threshold": [rule.threshold.cast(pl.Float64) for rule in rules],
        "passed": [pl.col(f"is_{rule.name}") for rule in rules],
    }
    told = frame.select(pl.concat_list(of).alias(name) for name, of in each.items())
    names = pl.Series([rule.name for rule in rules] * frame.height, dtype=pl.String)
    places = pl.Series(list(range(1, len(rules) + 1)) * frame.height, dtype=pl.Int32)
    long = pl.DataFrame({"gate": names, "position": places}).with_columns(
        told.get_column(name).explode() for name in each
    )
    return long.to_struct("gates").cast(GATE).reshape((frame.height, len(rules))).arr.to_list()
