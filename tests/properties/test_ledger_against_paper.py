"""The books prove the paper exchange's own account, whatever a customer does there."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from executor.paper import statements
from executor.paper.listing import Ack
from kwx_core.store import Store
from kwx_core.store.database import Account
from tests.executor.paper.customers import NOON, OTHER, T, event, exchange, order
from tests.spec.drawn import land

FEEDS = ("fills", "orders", "settlements", "balances", "positions")

prices = st.integers(5, 95).map(lambda n: str(Decimal(n) / 100))
counts = st.integers(1, 500).map(lambda n: str(Decimal(n) / 100))
orders = st.tuples(
    st.sampled_from(("us", "crowd")),
    st.sampled_from(("bid", "ask")),
    counts,
    prices,
    st.sampled_from((T, OTHER)),
    st.sampled_from(("good_till_canceled", "good_till_canceled", "immediate_or_cancel")),
)
actions = st.lists(st.one_of(orders, st.integers(0, 5)), min_size=3, max_size=20)
results = st.sampled_from((("yes", None), ("no", None), ("scalar", Decimal("0.50"))))


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


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(actions, results, st.sampled_from(("quadratic", "quadratic_with_maker_fees")))
def test_cash_settlements_and_positions_prove_the_exchanges_own_account(done, ended, fee_type):
    with Store.in_memory(Account("paper", "laws"), NOON) as store:
        if fee_type != "quadratic":
            store._con.execute(
                "update ref.fees set fee_type = 'quadratic_with_maker_fees', maker_rate = 0.0175"
            )
        trading = Trading(store, fee_type)
        for action in done:
            trading.act(action)
        trading.finish(*ended)
        store.parse_all()
        assert store.frame("select * from parsed.rejects").is_empty()
        store.derive_all()
        proof = store.frame("select * from ledger.cash_proof where unexplained_dollars <> 0")
        assert proof.is_empty(), proof
        told = trading.exchange.account("us")
        profits = store.frame("select ticker, profit_dollars from ledger.settlements")
        assert dict(profits.rows()) == told.profit_by_ticker_dollars
        odd = store.frame("select * from ledger.settlements where disagrees or state <> 'settled'")
        assert odd.is_empty(), odd
        later = trading.exchange.clock.now() + timedelta(minutes=5)
        findings = ("cash_unexplained", "positions_disagree", "settlement_disagrees")
        assert [one for name in findings for one in store.audit_rows(name, later)] == []
