"""Contracts of stage posted; sql/schema/posted.sql describes columns and units."""

import pandera.polars as pa

from kwx_core.contracts.base import Contract, Count, Dollars, UtcTime


class Intents(Contract):
    """What we meant to send, written down first. Grain: intent_id."""

    intent_id: str
    client_order_id: str
    decision_id: str = pa.Field(nullable=True)
    strategy_id: str
    kind: str
    order_id: str = pa.Field(nullable=True)
    ticker: str
    outcome_side: str = pa.Field(isin=("yes", "no"))
    price_dollars: Dollars
    contracts: Count
    time_in_force: str
    post_only: bool
    expires_at: UtcTime = pa.Field(nullable=True)
    close_at: UtcTime = pa.Field(nullable=True)
    intended_at: UtcTime


class Outcomes(Contract):
    """What became of each intent, one row a word of the exchange. Grain: intent_id, observed_at."""

    intent_id: str
    observed_at: UtcTime
    state: str
    order_id: str = pa.Field(nullable=True)
    code: str = pa.Field(nullable=True)
    message: str = pa.Field(nullable=True)
    evidence: str


class Corrections(Contract):
    """A person's word on whose fill it was. Grain: fill_id, made_at."""

    fill_id: str
    made_at: UtcTime
    strategy_id: str
    reason: str
    made_by: str
