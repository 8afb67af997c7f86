"""How amounts and moments are written on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal


def price(amount: Decimal) -> str:
    """A price in dollars, four decimals."""
    return f"{amount:.4f}"


def money(amount: Decimal) -> str:
    """An amount of dollars, six decimals."""
    return f"{amount:.6f}"


def count(contracts: Decimal) -> str:
    """Contracts, two decimals."""
    return f"{contracts:.2f}"


def moment(at: datetime) -> str:
    """RFC 3339 in UTC with as many digits of the second as it has."""
    text = at.strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f".{at.microsecond:06d}".rstrip("0") if at.microsecond else ""
    return f"{text}{fraction}Z"


def seconds(at: datetime) -> int:
    """Whole Unix seconds."""
    return int(at.timestamp())


def milliseconds(at: datetime) -> int:
    """Whole Unix milliseconds."""
    return int(at.timestamp()) * 1000 + at.microsecond // 1000
