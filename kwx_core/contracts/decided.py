"""Contracts of stage decided; sql/schema/decided.sql describes columns and units."""

from typing import Annotated

import pandera.polars as pa
import polars as pl

from kwx_core.contracts.base import Contract, Count, Dollars, UtcTime

GATE = pl.Struct(
    {
        "gate": pl.String,
        "position": pl.Int32,
        "value": pl.Float64,
        "threshold": pl.Float64,
        "passed": pl.Boolean,
    }
)
Gates = Annotated[pl.List, GATE]


class Policies(Contract):
    """Every set of rules that was ever in force. Grain: policy_id."""

    policy_id: str
    adopted_at: UtcTime
    text: str
    sha256: str


class Permissions(Contract):
    """What people allowed and forbade, dated. Grain: strategy_id, family, set_at."""

    strategy_id: str
    family: str
    state: str
    set_at: UtcTime
    until_at: UtcTime = pa.Field(nullable=True)
    reason: str
    set_by: str


class Admissions(Contract):
    """Which inferred evidence the ledger may use, dated. Grain: evidence, set_at."""

    evidence: str
    set_at: UtcTime
    is_admitted: bool
    policy_id: str


class Decisions(Contract):
    """Every candidate with every gate and one verdict. Grain: decision_id."""

    decision_id: str
    decided_at: UtcTime
    run_id: str
    strategy_id: str
    family: str
    event_ticker: str
    ticker: str
    outcome_side: str = pa.Field(nullable=True, isin=("yes", "no"))
    yes_probability: float = pa.Field(ge=0, le=1)
    price_dollars: Dollars = pa.Field(nullable=True)
    edge_dollars: Dollars = pa.Field(nullable=True)
    contracts: Count
    verdict: str = pa.Field(isin=("post", "shadow", "pass"))
    reason: str
    variant: str
    mean_f: float
    sd_f: float = pa.Field(gt=0)
    sd_before_floor_f: float
    floor_f: float
    standard_hour: float
    stability_hours: float = pa.Field(nullable=True)
    observation_age_seconds: float = pa.Field(nullable=True)
    hours_to_close: float
    market_probability: float = pa.Field(nullable=True, ge=0, le=1)
    policy_id: str
    gates: Gates
