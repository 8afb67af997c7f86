"""Gates: one ordered list of what may stop a candidate, each with its value and threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from kwx_core.policy import Policy
    from kwx_core.policy_sections import Entry

LAST_OF_THE_WISH = "edge_log"  # A candidate that fails up to here was never wished for.
BOOK_GATES = ("book_present", "book_price", "book_size")
RANK, EXPOSURE = "leg_rank", "day_exposure"


class Gate(NamedTuple):
    """One condition: what is measured, against what, and whether it holds (null = unknown)."""

    name: str
    value: pl.Expr
    threshold: pl.Expr
    passed: pl.Expr


def gates(policy: Policy) -> list[Gate]:
    """Every gate of an entry, in order; expressions over the frame that `decisions` builds.

    Unknown is null, and null blocks like false. A price, an hour or an edge that equals its
    threshold passes.
    """
    return [*_of_the_wish(policy), *_of_the_account(policy), *_of_the_permission()]


def _of_the_wish(policy: Policy) -> list[Gate]:
    """The gates that look at belief, price and clock alone."""
    entry = policy.entry
    price, edge = pl.col("price_dollars"), pl.col("edge_dollars")
    low, high = pl.lit(entry.minimum_price_dollars), pl.lit(entry.maximum_price_dollars)
    is_sold = pl.col("outcome_side") == "no"
    age, hours = pl.col("observation_age_seconds"), pl.col("hours_to_close")
    short, long = entry.shortest_hours_to_close, entry.longest_hours_to_close
    belief = pl.col("side_probability")
    return [
        Gate(
            "quote_present",
            pl.col("quote_age_seconds"),
            pl.lit(entry.quote_age_seconds),
            pl.when(pl.col("quote_age_seconds") <= entry.quote_age_seconds).then(
                price.is_not_null()
            ),
        ),
        Gate(
            "price_band",
            price,
            pl.when(price > high).then(high).otherwise(low),
            price.is_between(low, high),
        ),
        _at_least("conviction", belief, pl.lit(entry.conviction_probability)),
        _at_least(LAST_OF_THE_WISH, edge, pl.lit(entry.log_edge_dollars)),
        Gate(
            "modal_bracket",
            pl.col("probability_rank"),
            pl.when(is_sold).then(2).otherwise(1),
            ~is_sold | (pl.col("probability_rank") > 1),
        ),
        _post_peak(),
        _at_most("observation_age", age, pl.lit(entry.observation_age_seconds)),
        Gate(
            "hours_to_close",
            hours,
            pl.when(hours > long).then(long).otherwise(short),
            hours.is_between(short, long),
        ),
    ]


def _post_peak() -> Gate:
    """The high counts as reached; without any observation that is not known."""
    hour, early = pl.col("standard_hour"), pl.col("early_from_hour")
    is_stable = pl.col("stability_hours") >= pl.col("least_stability_hours")
    is_early = (
        pl.when(early.is_null()).then(pl.lit(value=False)).otherwise((hour >= early) & is_stable)
    )
    return Gate(
        "post_peak",
        hour,
        pl.when(is_early).then(early).otherwise(pl.col("always_from_hour")),
        pl.when(pl.col("observation_age_seconds").is_not_null()).then(
            (hour >= pl.col("always_from_hour")) | is_early
        ),
    )


def _of_the_account(policy: Policy) -> list[Gate]:
    entry = policy.entry
    zero = pl.lit(0)
    price, best = pl.col("price_dollars"), pl.col("best_ask_dollars")
    legs, most = pl.lit(entry.legs_per_event), pl.lit(entry.day_exposure_dollars)
    return [
        _at_most("positions_known", pl.col("positions_age_seconds"), pl.col("positions_limit")),
        _at_most("not_holding", pl.col("held_contracts"), zero),
        _at_most("not_resting", pl.col("resting_contracts"), zero),
        _at_most("no_unknown_intent", pl.col("unknown_intents"), zero),
        _at_most("book_present", pl.col("book_age_seconds"), pl.lit(entry.quote_age_seconds)),
        _at_most("book_price", best, price),
        _at_least("book_size", pl.col("best_ask_contracts"), pl.lit(1)),
        _at_most(RANK, pl.col("leg_rank"), legs),
        _at_most(EXPOSURE, pl.col("day_exposure_dollars"), most),
        _at_least("edge_live", pl.col("edge_dollars"), pl.lit(entry.live_edge_dollars)),
    ]


def _of_the_permission() -> list[Gate]:
    zero, one = pl.lit(0), pl.lit(1)
    return [
        _at_most("feed_health", pl.col("unhealthy_feeds"), zero),
        _at_most("not_blocked", pl.col("is_blocked").cast(pl.Int32), zero),
        Gate("armed", pl.col("armed_hours"), zero, pl.col("armed_hours").fill_null(0.0) > 0),
        _at_most("not_halted", pl.col("is_halted").cast(pl.Int32), zero),
        _at_least("environment", pl.col("is_environment_armed").cast(pl.Int32), one),
    ]


def _at_least(name: str, value: pl.Expr, threshold: pl.Expr) -> Gate:
    return Gate(name, value, threshold, value >= threshold)


def _at_most(name: str, value: pl.Expr, threshold: pl.Expr) -> Gate:
    return Gate(name, value, threshold, value <= threshold)


def post_peak_rules(families: list[str], entry: Entry) -> pl.DataFrame:
    """The hours of each family's rule, one row a family."""
    rules = [(family, entry.post_peak_rule(family)) for family in families]
    return pl.DataFrame(
        [
            (family, rule.always_from_hour, rule.early_from_hour, rule.stability_hours)
            for family, rule in rules
        ],
        schema={
            "series_ticker": pl.String,
            "always_from_hour": pl.Int32,
            "early_from_hour": pl.Int32,
            "least_stability_hours": pl.Int32,
        },
        orient="row",
    )
