"""The shape of every contract: strict names and types, nothing coerced."""

from __future__ import annotations

import re
from typing import Annotated, TypeVar

import pandera.polars as pa
import polars as pl
from pandera.typing.polars import DataFrame as Frame

from kwx_core.errors import ContractBroken

UtcTime = Annotated[pl.Datetime, "us", "UTC"]
Dollars = Annotated[pl.Decimal, 18, 6]
Count = Annotated[pl.Decimal, 18, 2]


class Contract(pa.DataFrameModel):
    """A table's promise: columns in the table's order. The docstring declares the grain."""

    class Config:
        """Strict: a column nobody promised is drift. No coercion: it would hide drift."""

        strict = True
        coerce = False


C = TypeVar("C", bound=Contract)

__all__ = ["C", "Contract", "Count", "Dollars", "Frame", "UtcTime", "columns", "empty", "grain"]


def columns(contract: type[Contract]) -> list[str]:
    """The contract's column names, in the table's order."""
    return list(contract.to_schema().columns)


def grain(contract: type[Contract]) -> tuple[str, ...]:
    """The columns that make a row one, as the contract's own docstring declares them."""
    declared = re.search(r"Grain: ([a-z0-9_, ]+)\.", contract.__doc__ or "")
    if declared is None:
        raise ContractBroken(f"{contract.__name__} declares no grain")
    return tuple(declared.group(1).split(", "))


def empty(contract: type[C]) -> Frame[C]:
    """A frame without rows that satisfies the contract."""
    types = {name: column.dtype.type for name, column in contract.to_schema().columns.items()}
    return contract.validate(pl.DataFrame(schema=types))
