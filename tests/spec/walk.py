"""A small world for specs of belief and decision: one ladder, its reports, guidance and quotes.

The day is 2026-06-10 in New York: standard midnight is 05:00 UTC, the market closes at 05:00 UTC
of the next day. Drawn moments are UTC.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from kwx_core import pipeline
from kwx_core.contracts.decided import Permissions
from kwx_core.decided.situation import Run
from kwx_core.policy import Policy, load_policy
from kwx_core.resources import text
from tests.spec.drawn import at, frame, given, land

if TYPE_CHECKING:
    import polars as pl

    from kwx_core.store import Store

EVENT = "KXHIGHNY-26JUN10"
ARMED = Run("spec", is_environment_armed=True)
LADDER = ((None, 69), (70, 71), (72, 73), (74, 75), (76, 77), (78, None))
NAMES = ("T70", "B70.5", "B72.5", "B74.5", "B76.5", "T77")


def policy(local: str | None = None) -> Policy:
    """The policy in force, with overrides."""
    return load_policy(text("data", "policy.toml"), local)


def override(entry: str, value: str) -> str:
    """The text of one local entry."""
    return f'[{entry}]\nvalue = {value}\nreason = "spec"\ndate = 2026-06-01\n'


def ladder(store: Store, event: str = EVENT, **said: str) -> None:
    """The six markets of an event: T70 | 70-71 | 72-73 | 74-75 | 76-77 | T77."""
    told = {
        "event_ticker": event,
        "series_ticker": event.split("-", maxsplit=1)[0],
        "close_at": "+1d 05:00",
        "bounds_evidence": "strikes",
        "received_at": "00:00",
        **said,
    }
    lines = ["ticker | lower_f | upper_f | " + " | ".join(told)]
    for name, (lower, upper) in zip(NAMES, LADDER, strict=True):
        cells = [f"{event}-{name}", *("-" if b is None else str(b) for b in (lower, upper))]
        lines.append(" | ".join([*cells, *told.values()]))
    given(store, "parsed.markets", "\n".join(lines))


def reports(store: Store, *seen: tuple[str, int], station_id: str = "KNYC") -> None:
    """METAR points: moment and whole °F."""
    lines = ["station_id | observed_at | kind | lower_f | upper_f | received_at | raw_sha256"]
    lines += [
        f"{station_id} | {moment} | point | {f} | {f} | {moment} | {moment}-{f}"
        for moment, f in seen
    ]
    given(store, "parsed.observations", "\n".join(lines))


def guidance(store: Store, value_f: float, sd_f: float | None = None, **said: str) -> None:
    """One guidance value of the day."""
    told = {"source_id": "open_meteo_ecmwf", "issued_at": "00:00", "received_at": "00:00", **said}
    head = " | ".join(["value_f", "sd_f", *told])
    cells = " | ".join([str(value_f), "-" if sd_f is None else str(sd_f), *told.values()])
    given(store, "parsed.guidance", f"{head}\n{cells}")


def quotes(store: Store, quoted_at: str, *asked: tuple[str, str, str], event: str = EVENT) -> None:
    """Top of book: market's last part, bid and ask in dollars (`-` = no such side)."""
    lines = ["ticker | quoted_at | yes_bid_dollars | yes_ask_dollars"]
    lines += [f"{event}-{name} | {quoted_at} | {bid} | {ask}" for name, bid, ask in asked]
    given(store, "parsed.quotes", "\n".join(lines))


def book(store: Store, quoted_at: str, *levels: tuple[str, str, str, str]) -> None:
    """Levels of order books: market's last part, bid or ask, YES price, contracts."""
    lines = ["ticker | quoted_at | book_side | price_dollars | contracts"]
    lines += [f"{EVENT}-{n} | {quoted_at} | {side} | {p} | {c}" for n, side, p, c in levels]
    given(store, "parsed.book_levels", "\n".join(lines))


def feeds(store: Store, received_at: str, *but: str) -> None:
    """A complete, empty answer of every feed that an entry needs, save those named."""
    for feed in policy().entry.needed_feeds:
        if feed not in but:
            land(store, feed, {}, received_at=received_at)


def permit(store: Store, picture: str) -> None:
    """Dated words of a person."""
    rows = frame("decided.permissions", picture)
    with store.transaction():
        store.append(Permissions, Permissions.validate(rows))


def arm(store: Store, set_at: str, family: str = "KXHIGHNY") -> None:
    """Arm cross_bracket for ten hours."""
    until = (at(set_at) + timedelta(hours=10)).isoformat()
    permit(store, f"family | state | set_at | until_at\n{family} | armed | {set_at} | {until}")


def decisions(
    store: Store, moment: str, rules: Policy | None = None, run: Run = ARMED
) -> pl.DataFrame:
    """Believe and decide at a moment, and what was written down."""
    rules, as_of = rules or policy(), at(moment)
    belief = pipeline.believe(store, rules, as_of)
    return pipeline.decide(store, rules, pipeline.judge(store, rules, belief, as_of, run))


def gate(decision: dict, name: str) -> dict:
    """One gate's result of a decision's row."""
    [found] = [each for each in decision["gates"] if each["gate"] == name]
    return found
