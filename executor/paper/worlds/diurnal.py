"""The course of a day: from a low before sunrise to a high in the afternoon and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DAY_MINUTES = 1440

# The coldest minute lies shortly before sunrise, 05:30 standard time.
_LOW_MINUTE = 330

Floats = NDArray[np.float64]


def diurnal_curve(minutes: Floats, highs_f: Floats, lows_f: Floats, peak_minutes: Floats) -> Floats:
    """Join each day's low and high by half cosines.

    Args:
        minutes: minutes of standard time since the first day's midnight.
        highs_f: a high for each day, °F.
        lows_f: a low for each day, °F, reached at 05:30.
        peak_minutes: minute of its day at which each high is reached.

    Returns:
        °F at each of the minutes; before the first low and after the last high it stays level.
    """
    midnights = np.arange(len(highs_f)) * float(DAY_MINUTES)
    anchors = np.column_stack([midnights + _LOW_MINUTE, midnights + peak_minutes]).ravel()
    levels_f = np.column_stack([lows_f, highs_f]).ravel()
    before = np.clip(np.searchsorted(anchors, minutes, side="right") - 1, 0, len(anchors) - 2)
    share = (minutes - anchors[before]) / (anchors[before + 1] - anchors[before])
    weight = (1.0 - np.cos(np.pi * np.clip(share, 0.0, 1.0))) / 2.0
    curve: Floats = levels_f[before] + (levels_f[before + 1] - levels_f[before]) * weight
    return curve


def half_up(temperatures_f: Floats) -> NDArray[np.int64]:
    """Whole °F as a station rounds: a half goes up, below zero too."""
    return np.floor(temperatures_f + 0.5).astype(np.int64)
