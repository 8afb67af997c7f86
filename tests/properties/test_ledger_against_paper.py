"""The books prove the paper exchange's own account, whatever a customer does there."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from executor.paper import statements
from executor.paper.listing import Ack, Settings
from kwx_core.store import Store
from tests.executor.paper.customers import FREE, NOON, OTHER, T, event, exchange, order
from tests.spec.drawn import land

# Ids of several books and of nobody, as orders carry them.
OWNERS = ("mm_xb_{}", "mm_xb_exit_{}", "mm_wx_{}", "mine-{}")
# Few prices, so that many orders meet; half of the orders are ours.
PRICES = ("0.40", "0.47", "0.53", "0.60")
COUNTS = ("0.50", "1", "2", "3.25")
KINDS = ("good_till_canceled", "good_till_canceled", "immediate_or_cancel")
HEDGED = (
    ("crowd", "bid", "3.25", T), ("us", "ask", "3.25", T), ("crowd", "bid", "2", OTHER),
    ("us", "ask", "2", OTHER), ("crowd", "ask", "1", T), ("us", "bid", "1", T),
)  # fmt: skip
ENDINGS = (("yes", None), ("no", None), ("scalar", Decimal("0.50")))


def drawn_action(chance: random.Random):
    """Cancel one of the resting orders now and then, else place one, ours or the crowd's."""
    if chance.random() < 0.15:
        return chance.randrange(6)
    return (
        chance.choice(("us", "us", "crowd")),
        chance.choice(("bid", "ask")),
        chance.choice(COUNTS),
        chance.choice(PRICES),
        chance.choice((T, T, OTHER)),
        chance.choice(KINDS),
        chance.choice(OWNERS).format(chance.getrandbits(60)),
    )


class Trading:
    """A customer who acts once a minute and reads the whole account half a minute later."""

    def __init__(self, store: Store, fee_type: str, settings: Settings = FREE) -> None:
        self.store = store
        self.exchange = exchange(settings, listed=event(fee_type=fee_type))
        # A fifth of a hundred dollars stands on a shard on which nothing is traded.
        self.exchange.move_to_shard("us", Decimal(20), 1)
        self.resting: list[str] = []
        self.read()

    @property
    def account(self):
        return self.exchange.floor.accounts["us"]

    def act(self, action) -> None:
        self.exchange.clock.advance(self.exchange.clock.now() + timedelta(seconds=30))
        if isinstance(action, int):
            if self.resting:
                self.exchange.cancel("us", self.resting.pop(action % len(self.resting)))
        else:
            who, side, count, price, ticker, kind, name = action
            how = {"ticker": ticker, "time_in_force": kind, "client_order_id": name}
            wanted = order(side, count, price, **how)
            answer = self.exchange.place(who, wanted)
            if who == "us" and isinstance(answer, Ack) and answer.remaining_count:
                self.resting.append(answer.order_id)
        self.read()

    def finish(self, result: str, value: Decimal | None) -> None:
        self.exchange.clock.advance(NOON + timedelta(days=1))
        for ticker in (T, OTHER):
            self.exchange.determine(ticker, result, "66.00", value)
            self.exchange.settle(ticker)
        self.read()

    def read(self) -> None:
        self.exchange.clock.advance(self.exchange.clock.now() + timedelta(seconds=30))
        self.exchange.advance()
        now, ours, how = self.exchange.clock.now(), self.account, self.exchange.settings
        states = [(o, o.history.seen(now)) for o in ours.orders.values()]
        held = [(t, p.history.seen(now)) for t, p in ours.positions.items() if not p.is_settled]
        bodies = {
            "fills": [statements.fill(row, how) for row in ours.fills],
            "orders": [statements.order(o, state, ours.user_id, how) for o, state in states],
            "settlements": [statements.settlement(row, how) for row in ours.settlements],
            "market_positions": [statements.market_position(t, s, 0, how) for t, s in held],
        }
        for name, rows in bodies.items():
            feed = f"kalshi_{name.removeprefix('market_')}"
            land(self.store, feed, {name: rows, "cursor": ""}, received_at=now.isoformat())
        for kind in ("deposit", "withdrawal"):
            sent = [row for row in ours.transfers.values() if row.kind == kind]
            listed = [statements.transfer(row, now) for row in sent]
            body = {f"{kind}s": listed, "cursor": ""}
            land(self.store, f"kalshi_{kind}s", body, received_at=now.isoformat())
        body = {"transfers": [statements.shard_move(row) for row in ours.moves]}
        feed = "kalshi_intra_exchange_instance_transfers"
        land(self.store, feed, body, received_at=now.isoformat())
        balance = statements.balance(ours.history.seen(now), Decimal(0), now, how)
        land(self.store, "kalshi_balance", balance, received_at=now.isoformat())


def proven(store: Store) -> None:
    """Every reading of the balance is explained, from bodies alone."""
    store.parse()
    assert store.frame("select * from parsed.rejects").is_empty()
    assert store.frame("select * from parsed.fills").height > 0
    store.derive_all()
    # A balance is told to the hundredth of a cent, a maker's expected fee is finer.
    proof = store.frame("select * from ledger.cash_proof where abs(unexplained_dollars) >= 0.0001")
    assert proof.is_empty(), proof


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("fee_type", ["quadratic", "quadratic_with_maker_fees"])
def test_cash_settlements_and_positions_prove_the_exchanges_own_account(store, seed, fee_type):
    chance = random.Random(seed)  # noqa: S311 - a seeded customer, no secret
    if fee_type != "quadratic":
        store._con.execute(
            "update ref.fees set fee_type = 'quadratic_with_maker_fees', maker_rate = 0.0175"
        )
    trading = Trading(store, fee_type)
    for _ in range(40):
        trading.act(drawn_action(chance))
    trading.finish(*ENDINGS[seed % 3])
    proven(store)
    odd = store.frame("select * from ledger.settlements where disagrees or state <> 'settled'")
    assert odd.is_empty(), odd
    profits = dict(store.frame("select ticker, profit_dollars from ledger.settlements").rows())
    told = trading.exchange.account("us").profit_by_ticker_dollars
    # The exchange pays a scalar market in whole cents, our books keep the exact share.
    allowed = Decimal("0.005") if seed % 3 == 2 else Decimal(0)
    assert profits.keys() == told.keys()
    assert all(abs(profits[ticker] - told[ticker]) <= allowed for ticker in told)
    later = trading.exchange.clock.now() + timedelta(minutes=5)
    findings = ("cash_unexplained", "positions_disagree", "settlement_disagrees")
    assert [one for name in findings for one in store.audit_rows(name, later)] == []


@pytest.mark.parametrize("is_returned", [False, True])
@pytest.mark.parametrize("seed", range(2))
def test_money_that_comes_goes_and_is_given_back_is_explained_on_every_shard(
    store, seed, is_returned
):
    chance = random.Random(seed)  # noqa: S311 - a seeded customer, no secret
    if is_returned:
        store.expect_collateral_return(NOON - timedelta(days=1))
    settings = replace(FREE, collateral_return=is_returned)
    trading = Trading(store, "quadratic", settings)
    # NO of both markets of the event, of which a part is bought back.
    for who, side, count, ticker in HEDGED:
        trading.act((who, side, count, "0.53", ticker, "good_till_canceled", None))
    pending = []
    for turn in range(24):
        trading.exchange.clock.advance(trading.exchange.clock.now() + timedelta(seconds=10))
        if turn % 5 == 1:
            kind = chance.choice(("deposit", "withdrawal"))
            state = chance.choice(("applied", "pending", "failed"))
            amount = Decimal(chance.randrange(1, 500)) / 100
            sent = trading.exchange.transfer("us", kind, amount, state)
            pending += [sent] if state == "pending" else []
        if turn % 7 == 6 and pending:
            status = chance.choice(("applied", "applied", "returned"))
            trading.exchange.finish_transfer("us", pending.pop(), status)
        if turn == 12:
            back = trading.exchange.transfer("us", "deposit", Decimal(3))
        if turn == 16:
            trading.exchange.finish_transfer("us", back, "returned")
        if turn % 6 == 2:
            trading.exchange.move_to_shard("us", Decimal(chance.choice((-4, -1, 2, 3))), 1)
        trading.act(drawn_action(chance))
    trading.finish(*ENDINGS[seed % 3])
    proven(store)
    kinds = set(store.frame("select distinct kind from ledger.cash")["kind"])
    assert {"opening", "fill", "fee", "netting"} <= kinds
    assert {"deposit", "shard_move"} <= kinds
    assert ("collateral_return" in kinds) == is_returned
    later = trading.exchange.clock.now() + timedelta(minutes=5)
    assert store.audit_rows("collateral_returned", later) == []


@pytest.mark.parametrize("seed", range(3))
def test_what_lots_return_in_every_book_is_what_cash_returned_to_the_account(store, seed):
    """Books pair within themselves, the account pairs whatever comes: the sum is the same."""
    chance = random.Random(seed)  # noqa: S311 - a seeded customer, no secret
    trading = Trading(store, "quadratic")
    for _ in range(40):
        trading.act(drawn_action(chance))
    trading.finish(*ENDINGS[seed % 3])
    proven(store)
    lots = store.frame(
        """
        select
            lots.book_id,
            lots.ticker,
            sum(contracts * case
                when netted_at is not null then 1
                when yes_fill_id is not null then yes_value_dollars
                else 1 - yes_value_dollars
            end)::decimal(18,6) as payout_dollars,
            sum(lots.cost_dollars)::decimal(18,6) as cost_dollars,
            sum(lots.fee_dollars)::decimal(18,6) as fee_dollars
        from ledger.lots as lots
        inner join ledger.settlements as settlements on settlements.ticker = lots.ticker
        group by lots.book_id, lots.ticker
        order by all
        """
    )
    pnl = store.frame(
        "select book_id, ticker, payout_dollars, cost_dollars, fee_dollars "
        "from ledger.pnl order by all"
    )
    assert lots.rows() == pnl.rows()
    assert pnl["book_id"].n_unique() > 1
    cash = store.frame(
        """
        select
            sum(amount_dollars) filter (where kind in ('netting', 'settlement')) as returned,
            -sum(amount_dollars) filter (where kind = 'fill') as paid,
            -coalesce(sum(amount_dollars) filter (where kind = 'fee'), 0) as charged
        from ledger.cash
        """
    ).row(0)
    # A scalar market is paid in whole cents, two of them here.
    rounding = Decimal("0.01") if seed % 3 == 2 else Decimal(0)
    assert abs(cash[0] - lots["payout_dollars"].sum()) <= rounding
    assert cash[1:] == (lots["cost_dollars"].sum(), lots["fee_dollars"].sum())
