"""One value of the policy file, read as the type that its record declares."""

import math
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from types import MappingProxyType
from typing import TypeVar

from kwx_core.policy_sections import PostPeak, Steps

Value = TypeVar("Value")

_SIGNED = frozenset({"lowest_f", "highest_f"})
_UP_TO_ONE = ("_probability", "_correlation", "_ratio")


def read_value(name: str, kind: object, stated: object) -> object:
    """Read one stated value as `kind`.

    Raises:
        ValueError: what is wrong with it, as the end of a sentence that begins with its name.
    """
    value = _READERS[kind](stated)
    if isinstance(value, int | float | Decimal) and name not in _SIGNED:
        if value < 0:
            raise ValueError("must not be negative")
        if name.endswith(_UP_TO_ONE) and value > 1:
            raise ValueError("must lie between 0 and 1")
    return value


def is_day(value: object) -> bool:
    """Say whether a value is a calendar date without a time."""
    return isinstance(value, date) and not isinstance(value, datetime)


def _decimal(stated: object) -> Decimal:
    if not isinstance(stated, str):
        raise ValueError('must be a quoted decimal such as "0.05"')  # noqa: TRY004 - one refusal
    try:
        number = Decimal(stated)
    except InvalidOperation:
        raise ValueError(f"must be a decimal, not {stated!r}") from None
    if not number.is_finite():
        raise ValueError("must be finite")
    return number


def _number(stated: object) -> float:
    if isinstance(stated, bool) or not isinstance(stated, int | float):
        raise ValueError(f"must be a number, not {stated!r}")  # noqa: TRY004 - one refusal
    if not math.isfinite(stated):
        raise ValueError("must be finite")
    return float(stated)


def _whole(stated: object) -> int:
    if isinstance(stated, bool) or not isinstance(stated, int):
        raise ValueError(f"must be a whole number, not {stated!r}")  # noqa: TRY004 - one refusal
    return stated


def _word(stated: object) -> str:
    if not isinstance(stated, str) or not stated.strip():
        raise ValueError(f"must be a word in quotes, not {stated!r}")
    return stated


def _day(stated: object) -> date:
    if not isinstance(stated, date) or not is_day(stated):
        raise ValueError(f"must be a date such as 2026-05-12, not {stated!r}")
    return stated


def _words(stated: object) -> tuple[str, ...]:
    return tuple(_word(each) for each in _list(stated))


def _numbers(stated: object) -> tuple[float, ...]:
    return tuple(_number(each) for each in _list(stated))


def _steps(stated: object) -> Steps:
    steps = tuple(_numbers(each) for each in _list(stated))
    pairs = tuple((each[0], each[1]) for each in steps if len(each) == 2)  # noqa: PLR2004 - a pair
    if len(pairs) != len(steps) or not pairs:
        raise ValueError("must be a list of pairs")
    if any(low[0] >= high[0] for low, high in pairwise(pairs)):
        raise ValueError("must have rising bounds")
    return pairs


def _rule(stated: object) -> PostPeak:
    hours = {name: _whole(hour) for name, hour in _table(stated).items()}
    known = [field.name for field in fields(PostPeak)]
    if set(hours) not in ({known[0]}, set(known)):
        raise ValueError(f"must give {known[0]} alone or all of {', '.join(known)}")
    return PostPeak(**hours)


def _rules(stated: object) -> Mapping[str, PostPeak]:
    return _frozen({family: _rule(each) for family, each in _table(stated).items()})


def _floors(stated: object) -> Mapping[str, Mapping[str, float]]:
    return _frozen(
        {
            variant: _frozen({family: _floor(sd) for family, sd in _table(floors).items()})
            for variant, floors in _table(stated).items()
        }
    )


def _floor(stated: object) -> float:
    sd = _number(stated)
    if sd <= 0:
        raise ValueError("must be above zero")
    return sd


def _word_lists(stated: object) -> Mapping[str, tuple[str, ...]]:
    return _frozen({name: _words(each) for name, each in _table(stated).items()})


def _list(stated: object) -> list[object]:
    if not isinstance(stated, list):
        raise ValueError(f"must be a list, not {stated!r}")  # noqa: TRY004 - one refusal
    return stated


def _table(stated: object) -> dict[str, object]:
    if not isinstance(stated, dict):
        raise ValueError(f"must be a table, not {stated!r}")  # noqa: TRY004 - one refusal
    return stated


def _frozen(table: dict[str, Value]) -> Mapping[str, Value]:
    return MappingProxyType(table)


_READERS: Mapping[object, Callable[[object], object]] = {
    Decimal: _decimal,
    float: _number,
    int: _whole,
    str: _word,
    date: _day,
    tuple[str, ...]: _words,
    tuple[float, ...]: _numbers,
    Steps: _steps,
    Mapping[str, PostPeak]: _rules,
    Mapping[str, Mapping[str, float]]: _floors,
    Mapping[str, tuple[str, ...]]: _word_lists,
}
