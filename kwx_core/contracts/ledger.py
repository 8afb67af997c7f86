"""Contracts of stage ledger; sql/schema/ledger.sql describes columns and units."""

import pandera.polars as pa
import polars as pl

from kwx_core.contracts.base import Contract, Count, Dollars, UtcTime


class Attribution(Contract):
    """Which strategy each fill belongs to, and on what evidence. Grain: fill_id."""

    fill_id: str
    strategy_id: str
    book_id: str
    evidence: str
    intent_id: str = pa.Field(nullable=True)
    is_inferred: bool
    ticker: str
    filled_at: UtcTime


class Lots(Contract):
    """Contracts of a book that pair to a dollar, or wait for their pair. Grain: lot_id."""

    lot_id: str
    book_id: str
    ticker: str
    yes_fill_id: str = pa.Field(nullable=True)
    no_fill_id: str = pa.Field(nullable=True)
    contracts: Count
    opened_at: UtcTime
    netted_at: UtcTime = pa.Field(nullable=True)
    cost_dollars: Dollars
    fee_dollars: Dollars
    last_filled_at: UtcTime


class FeeChecks(Contract):
    """What each fill was charged beside what it should have been. Grain: fill_id."""

    fill_id: str
    ticker: str
    filled_at: UtcTime
    rule: str = pa.Field(nullable=True)
    era: str = pa.Field(nullable=True)
    model_fee_dollars: Dollars = pa.Field(nullable=True)
    fee_dollars: Dollars = pa.Field(nullable=True)
    difference_dollars: Dollars = pa.Field(nullable=True)
    is_agreed: bool = pa.Field(nullable=True)


class Positions(Contract):
    """What each book holds on each market. Grain: book_id, ticker."""

    book_id: str
    ticker: str
    yes_contracts: Count
    no_contracts: Count
    netted_contracts: Count
    cost_dollars: Dollars
    fee_dollars: Dollars
    last_filled_at: UtcTime


class Settlements(Contract):
    """What each settled market paid us, from our own fills. Grain: ticker."""

    ticker: str
    market_result: str = pa.Field(nullable=True)
    yes_value_dollars: Dollars = pa.Field(nullable=True)
    state: str
    yes_contracts: Count
    no_contracts: Count
    payout_dollars: Dollars = pa.Field(nullable=True)
    cost_dollars: Dollars
    fee_dollars: Dollars
    profit_dollars: Dollars = pa.Field(nullable=True)
    is_win: bool = pa.Field(nullable=True)
    revenue_reported_dollars: Dollars = pa.Field(nullable=True)
    disagrees: bool
    settled_at: UtcTime = pa.Field(nullable=True)


class PnlByStrategy(Contract):
    """Profit of each strategy on each market. Grain: strategy_id, ticker."""

    strategy_id: str
    book_id: str
    ticker: str
    family: str
    yes_contracts: Count
    no_contracts: Count
    payout_dollars: Dollars = pa.Field(nullable=True)
    cost_dollars: Dollars
    fee_dollars: Dollars
    profit_dollars: Dollars = pa.Field(nullable=True)
    state: str
    last_filled_at: UtcTime


class Pnl(Contract):
    """Profit of each book on each market. Grain: book_id, ticker."""

    book_id: str
    ticker: str
    family: str
    payout_dollars: Dollars = pa.Field(nullable=True)
    cost_dollars: Dollars
    fee_dollars: Dollars
    profit_dollars: Dollars = pa.Field(nullable=True)
    state: str
    last_filled_at: UtcTime


class Cash(Contract):
    """Every movement of the balance. Grain: flow_id."""

    flow_id: str
    flowed_at: UtcTime
    exchange_index: pl.Int32
    kind: str
    ticker: str = pa.Field(nullable=True)
    amount_dollars: Dollars
    balance_dollars: Dollars


class CashProof(Contract):
    """Our balance beside the one that the exchange reports. Grain: exchange_index, received_at."""

    exchange_index: pl.Int32
    received_at: UtcTime
    reported_balance_dollars: Dollars
    derived_balance_dollars: Dollars
    unexplained_dollars: Dollars
