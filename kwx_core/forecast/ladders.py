"""Ladders: the events whose markets cover every whole degree exactly once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import polars as pl

from kwx_core.contracts.base import Frame, columns
from kwx_core.contracts.unstored import Ladders
from kwx_core.ladder import Bounds, is_tiling

if TYPE_CHECKING:
    from kwx_core.contracts.unstored import Listings


def ladders(listings: Frame[Listings]) -> Frame[Ladders]:
    """Keep the events that tile the line of whole °F; one row per ticker.

    An event with a gap, an overlap, a missing tail or a market whose bounds nobody could read
    is absent as a whole: no opinion, because its probabilities could not sum to one.
    """
    rungs: dict[str, list[Bounds | None]] = defaultdict(list)
    for event, lower_f, upper_f, evidence in listings.select(
        "event_ticker", "lower_f", "upper_f", "bounds_evidence"
    ).iter_rows():
        rungs[event].append(None if evidence is None else Bounds(lower_f, upper_f))
    whole = [event for event, bounds in rungs.items() if _tiles(bounds)]
    kept = listings.filter(pl.col("event_ticker").is_in(whole))
    return Ladders.validate(kept.select(columns(Ladders)))


def _tiles(bounds: list[Bounds | None]) -> bool:
    known = [each for each in bounds if each is not None]
    return len(known) == len(bounds) and is_tiling(known)
