"""What a decision is made from: what we believe, and where we stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from kwx_core.contracts.base import Frame
    from kwx_core.contracts.decided import Permissions
    from kwx_core.contracts.forecast import Channels, DailyExtremes, Evidence, FairValues
    from kwx_core.contracts.ref import Fees
    from kwx_core.contracts.unstored import (
        Books,
        Exposures,
        Halts,
        Holdings,
        Ladders,
        LastDecisions,
        Prices,
        Pulls,
    )


@dataclass(frozen=True)
class Belief:
    """What we believe at a moment (UTC), of every event that trades."""

    as_of: datetime
    ladders: Frame[Ladders]
    prices: Frame[Prices]
    evidence: Frame[Evidence]
    channels: Frame[Channels]
    daily_extremes: Frame[DailyExtremes]
    fair_values: Frame[FairValues]


@dataclass(frozen=True)
class Run:
    """Who decides. `is_environment_armed` is the shell's word: for live its setting must say so."""

    run_id: str
    is_environment_armed: bool = False


@dataclass(frozen=True)
class Situation:
    """Where we stand at a moment (UTC): what we hold, may do, and last decided.

    `books` holds the order books landed lately, which are those that were wished for.
    """

    as_of: datetime
    run: Run
    holdings: Frame[Holdings]
    exposures: Frame[Exposures]
    books: Frame[Books]
    pulls: Frame[Pulls]
    halts: Frame[Halts]
    permissions: Frame[Permissions]
    fees: Frame[Fees]
    last_decisions: Frame[LastDecisions]
