"""A contract's quick proof and pandera's own say the same of every frame."""

from __future__ import annotations

import pandera.errors
import pandera.polars as pa
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwx_core.contracts.base import Contract, columns, empty, grain
from kwx_core.contracts.forecast import FairValues
from kwx_core.errors import ContractBroken


class Sample(Contract):
    """Grain: name."""

    name: str = pa.Field(unique=True)
    side: str = pa.Field(isin=["yes", "no"])
    share: float = pa.Field(ge=0, le=1)
    spread: float = pa.Field(gt=0, nullable=True)


FLOATS = st.one_of(st.none(), st.sampled_from([-1.0, 0.0, 0.5, 1.0, 1.5]))
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]), st.sampled_from(["yes", "no", "maybe", None]),
        FLOATS, FLOATS,
    ),
    max_size=4,
)  # fmt: skip


def is_accepted(contract: type[Contract], frame: pl.DataFrame, *, quickly: bool) -> bool:
    try:
        (contract.validate if quickly else super(Contract, contract).validate)(frame)
    except pandera.errors.SchemaError:
        return False
    return True


@given(ROWS)
def test_the_quick_proof_agrees_with_pandera(rows: list[tuple]) -> None:
    kinds = {"name": pl.String, "side": pl.String, "share": pl.Float64, "spread": pl.Float64}
    frame = pl.DataFrame(rows, schema=kinds, orient="row")
    assert is_accepted(Sample, frame, quickly=True) == is_accepted(Sample, frame, quickly=False)


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"name": ["a"]}),
        pl.DataFrame({"name": ["a"], "side": ["yes"], "share": [1], "spread": [1.0]}),
        pl.DataFrame({"side": ["yes"], "name": ["a"], "share": [1.0], "spread": [1.0], "x": [1]}),
    ],
    ids=["a column is missing", "a type is another", "a column nobody promised"],
)
def test_a_frame_of_another_shape_is_refused(frame: pl.DataFrame) -> None:
    with pytest.raises(pandera.errors.SchemaError):
        Sample.validate(frame)


def test_an_infinite_probability_is_refused() -> None:
    frame = empty(FairValues)
    kinds = frame.schema
    row = dict.fromkeys(kinds) | {
        "ticker": "T", "variant": "live", "as_of": None, "event_ticker": "E",
        "yes_probability": float("inf"),
    }  # fmt: skip
    with pytest.raises(pandera.errors.SchemaError):
        FairValues.validate(pl.DataFrame([row], schema=kinds))


def test_a_contract_declares_its_grain_or_is_broken() -> None:
    class Undeclared(Contract):
        """No word of it."""

        name: str

    assert grain(Sample) == ("name",)
    assert columns(Sample) == ["name", "side", "share", "spread"]
    with pytest.raises(ContractBroken, match="declares no grain"):
        grain(Undeclared)
