"""forecast.channels: what each source says of the daily extreme, each meaning one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from kwx_core.contracts.base import Frame, columns
from kwx_core.contracts.forecast import Channels, Evidence
from kwx_core.forecast.channels.guidance import guidance
from kwx_core.forecast.channels.metar import metar
from kwx_core.forecast.channels.running_extreme import running_extreme

if TYPE_CHECKING:
    from kwx_core.contracts.unstored import Outlooks
    from kwx_core.policy import Policy


def channels(
    evidence: Frame[Evidence], outlooks: Frame[Outlooks], policy: Policy
) -> Frame[Channels]:
    """Let every source speak on every climate day; grain day, source, variant.

    A source that knows nothing of a day has no row. A row that is not included says why.
    Highs only: the mirrored case has no remaining-day probabilities yet (2026-11-22).
    """
    highs = evidence.filter(pl.col("measure") == "high")
    forecast = guidance(highs, outlooks, policy)
    rows = [forecast, running_extreme(highs, policy), *metar(highs, forecast, policy)]
    frame = pl.concat([each.select(columns(Channels)) for each in rows])
    return Channels.validate(frame)
