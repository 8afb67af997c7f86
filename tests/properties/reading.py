"""One field of a record, read in plain Python: good (one value), doubtful (that value, or
refused), bad or absent."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

ANY = object()
GOOD, DOUBTFUL, BAD, ABSENT = "good", "doubtful", "bad", "absent"
Field = tuple[str, Any]
# JSON may not tell these; a reader that takes them takes them for words.
NO_NUMBERS = ("NaN", "Infinity", "-Infinity")
NONE: Field = (ABSENT, None)
LOST: Field = (BAD, None)


def number(value: Any, scale: int) -> Field:
    """Exact decimals of a scale, as text; a JSON number says the same to whoever takes it."""
    if value is None:
        return NONE
    if isinstance(value, str):
        is_exact = re.fullmatch(rf"-?[0-9]{{1,12}}(\.[0-9]{{1,{scale}}}0*)?", value)
        return (GOOD, Decimal(value)) if is_exact else LOST
    if isinstance(value, bool) or not isinstance(value, int | float):
        return LOST
    exact = Decimal(repr(value))
    if not exact.is_finite() or abs(exact) >= 10**12 or exact != round(exact, scale):
        return LOST
    return DOUBTFUL, exact


def cents(value: Any) -> Field:
    """Whole cents as a JSON number, the wire of before 2026-03-12; a text could be either."""
    if value is None:
        return NONE
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return LOST
    if isinstance(value, int):
        return (GOOD, Decimal(value) / 100) if abs(value) < 10**12 else LOST
    return (DOUBTFUL, ANY)


def whole(value: Any) -> Field:
    """Whole contracts as a JSON number, the wire of before 2026-03-12; a text may mean the same."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    told = number(str(value) if is_whole else value, 2)
    return (GOOD, told[1]) if is_whole and told[0] == GOOD else (_doubted(told), told[1])


def _doubted(told: Field) -> str:
    return DOUBTFUL if told[0] == GOOD else told[0]


def moment(value: Any) -> Field:
    if value is None:
        return NONE
    if not isinstance(value, str) or not value.startswith("20"):
        return LOST
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return LOST
    if read.tzinfo is None:
        return LOST
    shape = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)"
    return (GOOD if re.fullmatch(shape, value) else DOUBTFUL), read.astimezone(UTC)


def name(value: Any) -> Field:
    if value is None:
        return NONE
    if isinstance(value, bool | int | float):
        return (DOUBTFUL, ANY) if _is_finite(value) else LOST
    is_name = isinstance(value, str) and value and value[0] not in "{["
    return _named(value) if is_name and len(value.encode()) <= 128 else LOST


def ticker(value: Any) -> Field:
    if value is None:
        return NONE
    is_ticker = isinstance(value, str) and re.match(r"[A-Z]", value)
    return _named(value) if is_ticker and len(value.encode()) <= 128 else LOST


def _is_finite(value: float) -> bool:
    return isinstance(value, int) or math.isfinite(value)


def _named(value: str) -> Field:
    return (DOUBTFUL if value in NO_NUMBERS else GOOD), value


def client(value: Any) -> Field:
    if value is None or value == "":
        return NONE
    if isinstance(value, str):
        return name(value)
    is_scalar = isinstance(value, bool | int | float) and _is_finite(value)
    return (DOUBTFUL, ANY) if is_scalar else LOST


def shard(value: Any) -> Field:
    if value is None:
        return GOOD, 0
    if isinstance(value, str):
        return (DOUBTFUL, int(value)) if re.fullmatch(r"[0-9]{1,4}", value) else LOST
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10**4:
        return LOST
    return (GOOD, value) if isinstance(value, int) else (DOUBTFUL, ANY)


def flag(value: Any) -> Field:
    if value is None:
        return NONE
    if isinstance(value, bool):
        return GOOD, value
    return (DOUBTFUL, value == "true") if value in ("true", "false") else LOST


def either(read: Callable[[Any], Field], *values: Any) -> Field:
    """The first that was told at all."""
    return read(next((value for value in values if value is not None), None))


def within(told: Field, is_possible: Callable[[Any], bool]) -> Field:
    return LOST if isinstance(told[1], Decimal) and not is_possible(told[1]) else told
