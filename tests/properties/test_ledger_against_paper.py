"""The books prove the paper exchange's own account, whatever a customer does there."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from executor.paper import statements
from executor.paper.listing import Ack
from kwx_core.store import Store
from tests.executor.paper.customers import NOON, OTHER, T, event, exchange, order
from tests.spec.drawn import land

# Few prices, so that many orders meet; half of the orders are ours.
PRICES = ("0.40", "0.47", "0.53", "0.60")
COUNTS = ("0.50", "1", "2", "3.25")
KINDS = ("good_till_canceled", "good_till_canceled", "immediate_or_cancel")
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
    )


class Trading:
    """A customer who acts once a minute and reads the whole account half a minute later."""

    def __init__(self, store: Store, fee_type: str) -> None:
        self.store = store
        self.exchange = exchange(listed=event(fee_type=fee_type))
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
            who, side, count, price, ticker, kind = action
            wanted = order(side, count, price, ticker=ticker, time_in_force=kind)
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
        balance = statements.balance(ours.history.seen(now), Decimal(0), now, how)
        land(self.store, "kalshi_balance", balance, received_at=now.isoformat())


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
    store.parse()
    assert store.frame("select * from parsed.rejects").is_empty()
    assert store.frame("select * from parsed.fills").height > 0
    store.derive_all()
    # A balance is told to the hundredth of a cent, a maker's expected fee is finer.
    proof = store.frame("select * from ledger.cash_proof where abs(unexplained_dollars) >= 0.0001")
    assert proof.is_empty(), proof
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
