"""What runs in what order. Every step is its own commit; none can undo the one before it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from kwx_core.contracts import forecast
from kwx_core.contracts.base import empty
from kwx_core.contracts.decided import Admissions, Decisions, Permissions, Policies
from kwx_core.contracts.parsed import Fills, Markets, Orders, UserDataTimestamps
from kwx_core.contracts.posted import Intents, Outcomes
from kwx_core.contracts.ref import Feeds, Fees, Strategies
from kwx_core.contracts.unstored import (
    Books,
    Exposures,
    Halts,
    Holdings,
    LastDecisions,
    LastExtremes,
    Listings,
    OrderPulls,
    Outlooks,
    Prices,
    Pulls,
    Readings,
    States,
)
from kwx_core.decided.decisions import Judged, decisions, judged, wishes
from kwx_core.decided.situation import Belief, Run, Situation
from kwx_core.forecast.channels import channels
from kwx_core.forecast.daily_extremes import daily_extremes
from kwx_core.forecast.evidence import evidence
from kwx_core.forecast.fair_values import fair_values
from kwx_core.forecast.kept import kept
from kwx_core.forecast.ladders import ladders
from kwx_core.policy_sections import INFERENCES
from kwx_core.posted.cancels import cancels
from kwx_core.posted.intents import intents
from kwx_core.posted.outcomes import Evidence, outcomes
from kwx_core.store.frames import types
from kwx_core.store.queries import select

if TYPE_CHECKING:
    from datetime import datetime

    from kwx_core.contracts.base import C, Frame
    from kwx_core.policy import Policy
    from kwx_core.store import Store
    from kwx_core.store.books import Counts

__all__ = [
    "Belief", "Run", "account", "account_ever", "admit", "believe", "decide", "intend", "judge",
    "parse", "recover", "wishes",
]  # fmt: skip
# A fill filled now may carry the exchange's time of a moment from now: clocks differ a little.
AHEAD = timedelta(days=1)
# A climate day that still trades began at most this long ago; guidance may be a day older.
OBSERVED = timedelta(days=2)


def parse(store: Store) -> dict[str, Counts]:
    """Read what has landed into parsed books, noun by noun."""
    return store.parse()


def admit(store: Store, policy: Policy, as_of: datetime) -> int:
    """Write down which evidence the ledger may infer, where the policy has changed; rows added.

    The ledger reads this fact and not the policy, so that a rebuild depends on the database alone.
    """
    in_force = dict(store.frame(_ADMITTED).iter_rows())
    wanted = {evidence: evidence in policy.ledger.inferred_evidence for evidence in INFERENCES}
    changed = {name: said for name, said in wanted.items() if in_force.get(name, True) != said}
    rows = pl.DataFrame(
        [(name, as_of, said, policy.policy_id) for name, said in changed.items()],
        schema=types(Admissions),
        orient="row",
    )
    with store.transaction():
        return store.append(Admissions, Admissions.validate(rows))


def account(store: Store, policy: Policy, as_of: datetime) -> dict[str, int]:
    """Derive the ledger, if anything has changed, for the days that late evidence can move."""
    store.expect_collateral_return(policy.ledger.collateral_return_at)
    window_days = timedelta(days=policy.ledger.window_days)
    return store.derive_changed((as_of - window_days, as_of + AHEAD))


def account_ever(store: Store, policy: Policy) -> dict[str, int]:
    """Derive the ledger from its beginning: what has just been learned may be of any age."""
    store.expect_collateral_return(policy.ledger.collateral_return_at)
    return store.derive_all()


def believe(store: Store, policy: Policy, as_of: datetime) -> Belief:
    """Turn what has been parsed into distributions and fair values. One commit.

    A distribution is written down when it has changed, else every decision interval.
    """
    window = {"since": as_of - OBSERVED, "as_of": as_of}
    listings = store.read(Listings, select("forecast", "listings"), as_of=as_of)
    readings = store.read(Readings, select("forecast", "readings"), **window)
    outlooks = store.read(Outlooks, select("forecast", "outlooks"), **window)
    confirmed = policy.entry.quote_age_seconds + policy.feeds.quote_keep_seconds
    window["since"] = as_of - timedelta(seconds=confirmed)
    prices = store.read(Prices, select("forecast", "prices"), **window)
    rungs = ladders(listings)
    seen = evidence(readings, rungs, policy, as_of)
    told = channels(seen, outlooks, policy)
    extremes = daily_extremes(rungs, seen, told, policy)
    worth = fair_values(rungs, extremes, prices, policy)
    belief = Belief(as_of, rungs, prices, seen, told, extremes, worth)
    _write_down(store, policy, belief)
    return belief


def judge(store: Store, policy: Policy, belief: Belief, as_of: datetime, run: Run) -> Judged:
    """Hold every gate against what the strategies propose, where we stand now."""
    return judged(belief, _situation(store, policy, as_of, run), policy)


def decide(store: Store, policy: Policy, found: Judged) -> Frame[Decisions]:
    """Write every candidate that is due down, with its gates and verdict. One commit."""
    made = decisions(found, policy)
    with store.transaction():
        _adopt(store, policy, found.situation.as_of)
        store.append(Decisions, made)
    return made


def recover(store: Store, policy: Policy, as_of: datetime) -> int:
    """Ask what has been parsed what became of the intents nobody answered for; words added."""
    states = store.read(States, select("posted", "states"))
    open_ = states.filter(pl.col("state").is_in(["unknown", "never_landed"]))
    if open_.is_empty():
        return 0
    tickers = open_["ticker"].unique().to_list()
    # What never landed needs no proof any more; only unknown ones reach back to their beginning.
    since = open_.filter(pl.col("state") == "unknown")["intended_at"].min() or as_of
    evidence = Evidence(
        store.read(Orders, _of_tickers("parsed.orders"), tickers=tickers),
        store.read(Fills, _of_tickers("parsed.fills"), tickers=tickers),
        store.read(OrderPulls, select("posted", "order_pulls"), since=since),
        store.read(UserDataTimestamps, _TIMESTAMPS, since=since),
    )
    words = outcomes(states, evidence, policy, as_of)
    with store.transaction():
        return store.append(Outcomes, words)


def intend(store: Store, policy: Policy, as_of: datetime) -> Frame[Intents]:
    """Write down what is to be sent now, before any of it is; exactly that comes back."""
    strategies = store.read(Strategies)
    wanted = store.read(Decisions, _UNINTENDED, as_of=as_of)
    states = store.read(States, select("posted", "states"))
    if wanted.is_empty() and "landed_after_all" not in states["state"]:
        return empty(Intents)
    tickers = [*wanted["ticker"], *states["ticker"]]
    markets = store.read(Markets, _of_tickers("parsed.markets"), tickers=tickers)
    orders = store.read(Orders, _of_tickers("parsed.orders"), tickers=tickers)
    entries = intents(wanted, markets, strategies, policy, as_of)
    exits = cancels(states, orders, strategies, as_of)
    written = Intents.validate(pl.concat([entries, exits]))
    with store.transaction():
        store.append(Intents, written)
    return written


def _write_down(store: Store, policy: Policy, belief: Belief) -> None:
    """Keep the beliefs of the events that are new, or have not been written for an interval."""
    since = belief.as_of - timedelta(seconds=policy.entry.decision_interval_seconds)
    query = select("forecast", "last_extremes")
    last = store.read(LastExtremes, query, since=since, as_of=belief.as_of)
    events = kept(belief.daily_extremes, last)
    day = ["station_id", "climate_date", "measure"]
    with store.transaction():
        _adopt(store, policy, belief.as_of)
        _append(store, forecast.Evidence, belief.evidence, events, day)
        _append(store, forecast.Channels, belief.channels, events, day)
        _append(store, forecast.DailyExtremes, belief.daily_extremes, events, ["event_ticker"])
        _append(store, forecast.FairValues, belief.fair_values, events, ["event_ticker"])


def _append(
    store: Store, contract: type[C], rows: Frame[C], events: pl.DataFrame, on: list[str]
) -> None:
    some = rows.join(events, on=on, how="semi", validate="m:m")
    store.append(contract, contract.validate(some))


def _adopt(store: Store, policy: Policy, as_of: datetime) -> None:
    """Write the policy down when it is first used; asking is cheaper than trying each time."""
    if not store.frame(_ADOPTED, policy_id=policy.policy_id).is_empty():
        return
    row = {
        "policy_id": policy.policy_id,
        "adopted_at": as_of,
        "text": policy.text,
        "sha256": policy.sha256,
    }
    schema = dict.fromkeys(row, pl.String) | {"adopted_at": pl.Datetime("us", "UTC")}
    store.append(Policies, Policies.validate(pl.DataFrame([row], schema=schema)))


def _situation(store: Store, policy: Policy, as_of: datetime, run: Run) -> Situation:
    """Read where we stand; only the last minutes of what grows."""
    slowest = float(max(store.read(Feeds)["cadence_seconds"].drop_nulls()))
    silent = as_of - timedelta(seconds=slowest * policy.feeds.late_after_cadences)
    fresh = as_of - timedelta(seconds=policy.entry.quote_age_seconds)
    recent = as_of - timedelta(seconds=policy.entry.decision_interval_seconds)
    pulls = store.read(Pulls, select("decided", "pulls"), since=silent, as_of=as_of)
    complete = pulls.filter(pl.col("feed") == "kalshi_positions")
    # Without a complete pull nothing is read as held; the gates then know that it is not known.
    since, until = next(iter(complete.select("requested_at", "received_at").rows()), (as_of, as_of))
    pulled = {"since": since, "until": until, "as_of": as_of}
    asked = select("decided", "last_decisions")
    return Situation(
        as_of=as_of,
        run=run,
        holdings=store.read(Holdings, select("decided", "holdings"), **pulled),
        exposures=store.read(Exposures, select("decided", "exposures"), as_of=as_of),
        books=store.read(Books, select("decided", "books"), since=fresh, as_of=as_of),
        pulls=pulls,
        halts=store.read(Halts, select("decided", "halts"), as_of=as_of),
        permissions=store.read(Permissions),
        fees=store.read(Fees),
        last_decisions=store.read(LastDecisions, asked, since=recent, as_of=as_of),
    )


def _of_tickers(table: str) -> str:
    return f"select * from {table} where ticker in (select unnest($tickers::varchar[]))"


_ADMITTED = "select evidence, arg_max(is_admitted, set_at) from decided.admissions group by 1"
_ADOPTED = "select policy_id from decided.policies where policy_id = $policy_id"
_TIMESTAMPS = "select * from parsed.user_data_timestamps where as_of_at >= $since"
_UNINTENDED = """
select decisions.*
from decided.decisions as decisions
anti join posted.intents as intents on intents.decision_id = decisions.decision_id
where decisions.decided_at = $as_of and decisions.verdict = 'post'
order by decisions.edge_dollars desc nulls last, decisions.decision_id
"""
