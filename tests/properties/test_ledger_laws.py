"""Laws of the ledger, whatever was bought and however the market ended."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kwx_core.contracts.parsed import Balances, Fills, Markets
from kwx_core.store import Store
from kwx_core.store.catalog import BOOKS, TABLES
from kwx_core.store.database import Account
from tests.spec import drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

START = datetime(2026, 6, 10, tzinfo=UTC)
LEDGER = tuple(f"ledger.{noun}" for noun in BOOKS)
TICKERS = ("KXHIGHNY-26JUN10-T70", "KXHIGHNY-26JUN10-B70.5", "KXHIGHMIA-26JUN10-T90")
IDS = ("mm_xb_1", "mm_xb_exit_1", "mm_wx_1", "mm_1", "person", None)

cents = st.integers(1, 9999).map(lambda n: Decimal(n) / 10000)
counts = st.integers(1, 3000).map(lambda n: Decimal(n) / 100)
fees = st.integers(0, 20000).map(lambda n: Decimal(n) / 1000000)


@st.composite
def fills(draw):
    """One fill: market, side, price, contracts, fee, whose id it echoes, when."""
    price = draw(cents)
    side = draw(st.sampled_from(("yes", "no")))
    return {
        "ticker": draw(st.sampled_from(TICKERS)),
        "outcome_side": side,
        "price_dollars": price,
        "yes_price_dollars": price if side == "yes" else 1 - price,
        "contracts": draw(counts),
        "fee_dollars": draw(fees),
        "client_order_id": draw(st.sampled_from(IDS)),
        "filled_at": START + timedelta(seconds=draw(st.integers(0, 40))),
    }


@st.composite
def endings(draw):
    """How each market ended: its result, and the value where the result needs one."""
    result = draw(st.sampled_from(("yes", "no", "scalar", "void", None)))
    value = draw(cents) if result in ("scalar", "void") else None
    return result, value


worlds = st.tuples(
    st.lists(fills(), min_size=1, max_size=12),
    st.tuples(*[endings() for _ in TICKERS]),
)
bounded = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def _rows(table: str, picture: list[dict]) -> pl.DataFrame:
    contract = TABLES[table].contract
    kinds = drawn.types(contract)
    nullable = {n: c.nullable for n, c in contract.to_schema().columns.items()}
    filled = [
        {
            name: row[name]
            if name in row
            else drawn._neutral(name, kind, index, is_nullable=nullable[name])
            for name, kind in kinds.items()
        }
        for index, row in enumerate(picture)
    ]
    return contract.validate(pl.DataFrame(filled, schema=kinds))


@cache
def _store() -> Store:
    return Store.in_memory(Account("paper", "laws"), START)


@contextmanager
def _books(bought: list[dict], ended: tuple) -> Iterator[Store]:
    """The whole ledger of these fills and endings; one database serves all examples in turn."""
    store = _store()
    named = [
        {"fill_id": f"f{index:02}", "exchange_index": 0, **fill}
        for index, fill in enumerate(bought)
    ]
    markets = [
        {
            "ticker": ticker,
            "market_result": result,
            "settlement_value_dollars": value,
            "settled_at": None if result is None else START + timedelta(days=1),
        }
        for ticker, (result, value) in zip(TICKERS, ended, strict=True)
    ]
    opening = [{"exchange_index": 0, "balance_dollars": Decimal(1000), "received_at": START}]
    with store.transaction():
        for table in ("parsed.fills", "parsed.markets", "parsed.balances", *LEDGER):
            store._con.execute(f"delete from {table}")
        store.append(Fills, _rows("parsed.fills", named))
        store.append(Markets, _rows("parsed.markets", markets))
        store.append(Balances, _rows("parsed.balances", opening))
    store.derive_all()
    yield store


def _value(side: str, ending: tuple) -> Decimal | None:
    result, value = ending
    if result is None:
        return None
    yes = {"yes": Decimal(1), "no": Decimal(0)}.get(result, value)
    return yes if side == "yes" else 1 - yes


def _payouts(bought: list[dict], ended: tuple) -> dict[str, Decimal | None]:
    endings_ = dict(zip(TICKERS, ended, strict=True))
    paid: dict[str, Decimal | None] = {}
    for fill in bought:
        value = _value(fill["outcome_side"], endings_[fill["ticker"]])
        before = paid.get(fill["ticker"], Decimal(0))
        paid[fill["ticker"]] = None if value is None else (before or 0) + value * fill["contracts"]
    return paid


@bounded
@given(worlds)
def test_a_market_pays_one_dollar_a_winning_contract_whatever_is_held(world):
    bought, ended = world
    with _books(bought, ended) as store:
        paid = dict(store.frame("select ticker, payout_dollars from ledger.settlements").rows())
        assert paid == _payouts(bought, ended)
        by_strategy = store.frame(
            "select ticker, sum(payout_dollars) from ledger.pnl_by_strategy group by ticker"
        )
        assert dict(by_strategy.rows()) == paid


@bounded
@given(worlds)
def test_profit_is_payout_less_cost_less_fees_in_every_book_and_in_the_account(world):
    bought, ended = world
    # Prices of four decimals times contracts of two need no rounding at all.
    costs = sum(fill["price_dollars"] * fill["contracts"] for fill in bought)
    charged = sum(fill["fee_dollars"] for fill in bought)
    with _books(bought, ended) as store:
        for book in ("pnl", "pnl_by_strategy", "settlements"):
            sums = store.frame(f"select sum(cost_dollars), sum(fee_dollars) from ledger.{book}")
            assert sums.rows() == [(costs, charged)]
            assert store.frame(
                f"select 1 from ledger.{book} where profit_dollars is distinct from "
                "payout_dollars - cost_dollars - fee_dollars"
            ).is_empty()
        told = [
            store.frame(f"select sum(profit_dollars) from ledger.{book}").rows()
            for book in ("pnl", "pnl_by_strategy", "settlements")
        ]
        assert told[0] == told[1] == told[2]


@bounded
@given(worlds)
def test_cash_ends_at_the_opening_plus_every_profit_and_less_what_is_still_held(world):
    bought, ended = world
    with _books(bought, ended) as store:
        moved = store.frame("select sum(amount_dollars) from ledger.cash").item()
        profit, pending = store.frame(
            """
            select
                coalesce(sum(profit_dollars), 0),
                coalesce(sum(
                    cost_dollars + fee_dollars - least(yes_contracts, no_contracts)
                ) filter (where state = 'pending'), 0)
            from ledger.settlements
            """
        ).row(0)
        opening, last = store.frame(
            """
            select
                min(amount_dollars) filter (where kind = 'opening'),
                arg_max(balance_dollars, (
                    flowed_at,
                    list_position(['opening', 'fill', 'fee', 'netting', 'settlement'], kind),
                    flow_id
                ))
            from ledger.cash
            """
        ).row(0)
        assert moved == last
        # A scalar market is paid in whole cents; books keep the exact share.
        rounding = Decimal("0.005") * sum(result in {"scalar", "void"} for result, _ in ended)
        assert abs(moved - (opening + profit - pending)) <= rounding


@bounded
@given(worlds, fills())
def test_every_fill_is_attributed_once_and_one_more_fill_changes_no_other(world, extra):
    bought, ended = world
    query = "select * from ledger.attribution order by fill_id"
    with _books(bought, ended) as store:
        before = store.frame(query)
    with _books([*bought, extra], ended) as store:
        after = store.frame(query)
    assert before["fill_id"].to_list() == [f"f{index:02}" for index in range(len(bought))]
    assert after.height == len(bought) + 1
    assert after.head(len(bought)).equals(before)


@settings(bounded, max_examples=8)
@given(worlds, st.integers(0, 40))
def test_windows_in_any_order_give_the_rows_of_the_whole(world, seconds):
    bought, ended = world
    cut = START + timedelta(seconds=seconds)
    forever = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
    with _books(bought, ended) as store:
        tables = {noun: f"select * from ledger.{noun} order by all" for noun in BOOKS}
        whole = {noun: store.frame(query) for noun, query in tables.items()}
        for window in ((cut, forever[1]), (forever[0], cut), forever):
            store.derive_all(window)
            for noun, query in tables.items():
                assert store.frame(query).equals(whole[noun]), noun
