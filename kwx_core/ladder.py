"""Integer °F geometry of a temperature ladder: which whole degrees does a market win on?

The exchange settles on whole degrees and its words say which of them win. Direction is
never guessed from a ticker, because both tails are written ``-T``.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

HALF_DEGREE_F = 0.5  # A whole degree k stands for the continuous values [k - 0.5, k + 0.5).


class Bounds(NamedTuple):
    """The whole degrees on which a market wins, both ends included; None = open.

    Raises nothing; a pair without any end is never made by this module.
    """

    lower_f: int | None
    upper_f: int | None

    def holds(self, value_f: int) -> bool:
        """Say whether a settled whole degree wins."""
        above = self.lower_f is None or value_f >= self.lower_f
        return above and (self.upper_f is None or value_f <= self.upper_f)

    def edges_f(self) -> tuple[float | None, float | None]:
        """Return the continuous interval [lower, upper) in °F; None = infinite."""
        lower = None if self.lower_f is None else self.lower_f - HALF_DEGREE_F
        upper = None if self.upper_f is None else self.upper_f + HALF_DEGREE_F
        return lower, upper


def bounds_of_strikes(
    strike_type: str | None, floor_strike: float | None, cap_strike: float | None
) -> Bounds | None:
    """Read the bounds from the strike fields (°F); None where they do not decide.

    ``greater`` and ``less`` exclude their strike, ``between`` includes both (settled markets
    of 2024-08 to 2025-02 and the contract terms of 2025-12-08 agree). A strike that is not a
    whole degree is refused: such a ladder is not one that we know.
    """
    floor, cap = _whole(floor_strike), _whole(cap_strike)
    match strike_type:
        case "greater" if floor is not None:
            return Bounds(floor + 1, None)
        case "greater_or_equal" if floor is not None:
            return Bounds(floor, None)
        case "less" if cap is not None:
            return Bounds(None, cap - 1)
        case "less_or_equal" if cap is not None:
            return Bounds(None, cap)
        case "between" if floor is not None and cap is not None:
            return _closed(floor, cap)
    return None


def bounds_of_subtitle(text: str | None) -> Bounds | None:
    """Read the bounds from a subtitle such as ``62° or below``; None where it does not decide."""
    words = (text or "").strip()
    if found := _PAIR.fullmatch(words):
        return _closed(_number(found["first"]), _number(found["second"]))
    if found := _TAIL.fullmatch(words):
        strike_f = _number(found["first"])
        is_downward = found["tail"].lower() in _DOWNWARD
        return Bounds(None, strike_f) if is_downward else Bounds(strike_f, None)
    return None


def bounds_of_rules(text: str | None) -> Bounds | None:
    """Read the bounds from the primary rules; None where they do not decide.

    Rules that name two conditions, or degrees Celsius, do not decide.
    """
    found = list(_RULE.finditer(text or ""))
    if len(found) != 1:
        return None
    words, first = " ".join(found[0]["words"].lower().split()), _number(found[0]["first"])
    second = found[0]["second"]
    if (words == "between") != (second is not None):
        return None
    if second is not None:
        return _closed(first, _number(second))
    return _STRICT_AND_WEAK[words](first)


def is_tiling(ladder: Iterable[Bounds]) -> bool:
    """Say whether the bounds cover every whole degree exactly once."""
    bounds = sorted(ladder, key=lambda each: (each.lower_f is not None, each.lower_f or 0))
    if not bounds or bounds[0].lower_f is not None or bounds[-1].upper_f is not None:
        return False
    return all(
        low.upper_f is not None and high.lower_f == low.upper_f + 1
        for low, high in pairwise(bounds)
    )


_DEGREES = r"(?P<first>[-\u2212]?\d+)"  # Some writers use the typographic minus.
_SECOND = r"(?P<second>[-\u2212]?\d+)"
_UNIT = r"\s*(?:°|degrees)(?!\s*c(?:elsius)?\b)(?:\s*f(?:ahrenheit)?\b)?"
_DOWNWARD = frozenset({"below", "lower", "less"})
_PAIR = re.compile(rf"{_DEGREES}(?:{_UNIT})?\s*(?:to|[-\u2013])\s*{_SECOND}{_UNIT}", re.IGNORECASE)
_TAIL = re.compile(
    rf"{_DEGREES}{_UNIT}\s+or\s+(?P<tail>below|lower|less|above|higher|more)", re.IGNORECASE
)
_RULE = re.compile(
    r"\bis\s+(?P<words>(?:less|greater)\s+than(?:\s+or\s+equal\s+to)?|at\s+least|at\s+most"
    rf"|below|above|between)\s+{_DEGREES}(?:(?:{_UNIT})?\s*(?:-|\u2013|to|and)\s*{_SECOND})?{_UNIT}",
    re.IGNORECASE,
)
_STRICT_AND_WEAK = {
    "less than": lambda f: Bounds(None, f - 1),
    "below": lambda f: Bounds(None, f - 1),
    "less than or equal to": lambda f: Bounds(None, f),
    "at most": lambda f: Bounds(None, f),
    "greater than": lambda f: Bounds(f + 1, None),
    "above": lambda f: Bounds(f + 1, None),
    "greater than or equal to": lambda f: Bounds(f, None),
    "at least": lambda f: Bounds(f, None),
}


def _whole(strike: float | None) -> int | None:
    return int(strike) if strike is not None and float(strike).is_integer() else None


def _closed(lower_f: int, upper_f: int) -> Bounds | None:
    return Bounds(lower_f, upper_f) if lower_f <= upper_f else None


def _number(text: str) -> int:
    return int(text.replace("\u2212", "-"))
