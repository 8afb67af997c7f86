"""The shape of every contract: strict names and types, nothing coerced."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Any, Self, TypeVar, cast

import pandera.polars as pa
import polars as pl
from pandera.typing.polars import DataFrame as Frame

from kwx_core.errors import ContractBroken

UtcTime = Annotated[pl.Datetime, "us", "UTC"]
Dollars = Annotated[pl.Decimal, 18, 6]
Count = Annotated[pl.Decimal, 18, 2]
# What a page's records carry, an entry a field: statistics in the units that were sent.
Fields = Annotated[pl.List, pl.Struct({
    "field": pl.String, "present": pl.Int64, "nulls": pl.Int64, "zeros": pl.Int64,
    "types": pl.List(pl.String), "least": pl.Float64, "middle": pl.Float64,
    "greatest": pl.Float64,
})]  # fmt: skip


class Contract(pa.DataFrameModel):
    """A table's promise: columns in the table's order. The docstring declares the grain."""

    class Config:
        """Strict: a column nobody promised is drift. No coercion: it would hide drift."""

        strict = True
        coerce = False

    @classmethod
    def validate(  # type: ignore[override]
        cls, check_obj: Any, *args: Any, **options: Any
    ) -> Frame[Self]:
        """The eager frame, once it is proven; pandera itself is asked only to word a failure.

        pandera collects once a column and check, a millisecond each, whatever the rows: 14
        boundaries of a tick took a third of it (2026-11-25). Here one expression asks whether
        anything at all is wrong.
        """
        kinds, is_wrong = _promise(cls)
        is_shaped = isinstance(check_obj, pl.DataFrame) and dict(check_obj.schema) == kinds
        if is_shaped and (check_obj.is_empty() or not check_obj.select(is_wrong).item()):
            return cast("Frame[Self]", check_obj)
        return cast("Frame[Self]", super().validate(check_obj, *args, **options))


@cache
def _promise(contract: type[Contract]) -> tuple[dict[str, Any], pl.Expr]:
    """The contract's types by name, and an expression that is true when a value breaks it."""
    schema = contract.to_schema().columns
    wrong = [pl.lit(value=False)]
    for name, column in schema.items():
        if not column.nullable:
            wrong.append(pl.col(name).is_null().any())
        if column.unique:
            wrong.append(pl.col(name).is_duplicated().any())
        wrong += [~_kept(pl.col(name), check) for check in column.checks]
    return {name: column.dtype.type for name, column in schema.items()}, pl.any_horizontal(wrong)


def _kept(value: pl.Expr, check: Any) -> pl.Expr:
    said = check.statistics
    match check.name:
        case "isin":
            kept = value.is_in(list(said["allowed_values"]))
        case "greater_than_or_equal_to":
            kept = value >= said["min_value"]
        case "greater_than":
            kept = value > said["min_value"]
        case "less_than_or_equal_to":
            kept = value <= said["max_value"]
        case _:  # a check that this does not know is left to pandera
            kept = pl.lit(value=False)
    return kept.fill_null(value=True).all()


C = TypeVar("C", bound=Contract)

__all__ = [
    "C",
    "Contract",
    "Count",
    "Dollars",
    "Fields",
    "Frame",
    "UtcTime",
    "columns",
    "empty",
    "grain",
]


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
