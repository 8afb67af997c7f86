"""Widening: how a floor of the sd is laid under a distribution that has a hard lower end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HALVINGS = 30
_WIDEST_RATIO = 6.0  # Noise cut off below keeps more than a sixth of its sd.


def sds_f(pmf: NDArray[np.float64], degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sd (°F) of each row of probabilities over the degrees."""
    mean = pmf @ degrees
    variance: NDArray[np.float64] = pmf @ degrees**2 - mean**2
    return np.sqrt(np.maximum(variance, 0.0))


def widened(
    pmf: NDArray[np.float64],
    degrees: NDArray[np.float64],
    floors_f: NDArray[np.float64],
    bounds_f: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Add just enough noise to each row that its sd reaches its floor; shapes (n, k), (n,).

    Noise that would lead below an observed bound (nan = none) stays at the bound: a floor
    repairs false precision, it does not deny what was seen. Rows above their floor stay as they
    are. The noise is the discrete normal, whose variances add exactly on whole degrees.
    """
    narrow = sds_f(pmf, degrees) < floors_f
    if not narrow.any():
        return pmf
    rows, floors, bounds = pmf[narrow], floors_f[narrow], bounds_f[narrow]
    low, high = np.zeros_like(floors), _WIDEST_RATIO * floors
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        is_short = sds_f(_noisy(rows, degrees, middle, bounds), degrees) < floors
        low, high = np.where(is_short, middle, low), np.where(is_short, high, middle)
    result = pmf.copy()
    result[narrow] = _noisy(rows, degrees, high, bounds)
    return result


def _noisy(
    rows: NDArray[np.float64],
    degrees: NDArray[np.float64],
    noise_sd: NDArray[np.float64],
    bounds: NDArray[np.float64],
) -> NDArray[np.float64]:
    size = 2 * rows.shape[1]
    angles = 2.0 * np.pi * np.fft.rfftfreq(size)
    kernel = np.exp(noise_sd[:, None] ** 2 * (np.cos(angles) - 1.0))
    spread = np.fft.irfft(np.fft.rfft(rows, size, axis=1) * kernel, size, axis=1)
    kept = np.maximum(spread[:, : rows.shape[1]], 0.0)
    is_below = degrees < bounds[:, None]
    lost = np.where(is_below, kept, 0.0).sum(axis=1)
    kept = np.where(is_below, 0.0, kept)
    at_bound = np.searchsorted(degrees, np.nan_to_num(bounds, nan=degrees[0]))
    kept[np.arange(len(rows)), np.minimum(at_bound, rows.shape[1] - 1)] += lost
    total: NDArray[np.float64] = kept / kept.sum(axis=1, keepdims=True)
    return total
