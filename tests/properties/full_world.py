"""A played demo in which every table of facts and books has rows, all of them by real means."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from executor.demo.play import Play, perform, simulated
from executor.demo.stage import ACCOUNT_ID
from executor.dispatch import carry_out
from executor.paper.clock import SimulatedClock
from executor.paper.exchange import Exchange
from executor.paper.worlds.simulated import SimulatedWorld
from executor.reply import Said
from executor.settings import settings
from kwx_core.store import Landing, Store
from tests.shared import ROOT
from tests.spec.parsed.predecessor import DECISION, FILL, ORDER, SETTLEMENT, SNAPSHOT, T, written

DAY = timedelta(days=1)
FUNDED_HOUR_UTC = 16
# First this is all that may be inferred, then a person thinks otherwise.
INFERRED, INFERRED_LATER = '["decision"]', '["hedge_pattern"]'


class FundedWorld(SimulatedWorld):
    """The demo's world, in which money also comes and goes, and some is on its way."""

    def __init__(self, exchange: Exchange, clock: SimulatedClock, **plan: Any) -> None:
        super().__init__(exchange, clock, **plan)
        self._transfers = [
            ("deposit", "40.00", "applied"),
            ("withdrawal", "15.50", "applied"),
            ("move", "2.00", "to another shard"),
            ("deposit", "7.00", "failed"),
            ("withdrawal", "3.00", "pending"),
        ]

    def step(self, until: datetime) -> None:
        super().step(until)
        # Not before the first balance is read: what moved by then is in the opening row.
        if self._transfers and until.hour >= FUNDED_HOUR_UTC:
            kind, amount, status = self._transfers.pop(0)
            if kind == "move":
                self._exchange.move_to_shard(ACCOUNT_ID, Decimal(amount), 1)
            else:
                self._exchange.transfer(ACCOUNT_ID, kind, Decimal(amount), status)


def planned(days: int, seed: int) -> Play:
    """A demo without drifts, in which only one kind of evidence may be inferred."""
    plan = simulated(seed=seed, days=days, has_drifts=False)
    return replace(
        plan,
        make_world=lambda exchange, clock: FundedWorld(
            exchange, clock, seed=seed, first_date=plan.first_date, days=days
        ),
        overrides={"ledger.inferred_evidence": (INFERRED, "identity only")},
    )


def full_world(folder: Path, days: int, seed: int) -> tuple[Path, datetime]:
    """Play it, let a person have a word, audit and seal; the database, and when to audit next."""
    database = folder / "kwx.duckdb"
    ended = asyncio.run(perform(planned(days, seed), database, lambda *_: None)).ended_at
    with Store.open(database) as store:
        _say(store, database, ended)
        store.audit(ended + DAY, "drill")
        store.seal(ended + 2 * DAY)
    return database, ended + DAY


def _say(store: Store, database: Path, at: datetime) -> None:
    """What a person does: import, land a file, rebuild, correct, and acknowledge."""

    def give(name: str, **arguments: Any) -> None:
        carry_out(store, settings({}, database), Said(name, arguments, f"kwx {name}"), lambda: at)

    local = database.with_name("policy.local.toml")
    local.write_text(local.read_text().replace(INFERRED, INFERRED_LATER))
    give("import_predecessor", file=str(_predecessor(database.with_name("predecessor.db"))))
    sample = (ROOT / "tests" / "samples" / "kalshi_trades.json").read_bytes()
    # A price that cannot be: nothing is missing from the page, and yet one record is refused.
    refused = sample.replace(b"trade-1", b"trade-3").replace(b"0.3100", b"3.1000")
    for page, body in enumerate((sample, refused)):
        is_last = page == 1
        store.land([Landing("kalshi_trades", "/trades", "drill", page, is_last, at, at, 200, body)])
    give("rebuild", stages=["parsed", "ledger"], write=True, reason="the drill")
    fill_id = store.frame("select min(fill_id) from parsed.fills where not is_imported").item()
    give("correct", fill_id=fill_id, strategy="cross_bracket", reason="the drill")
    store.audit(at, "drill")
    rejected = "select min(subject) from audit.findings where finding = 'rejected_records'"
    subject = store.frame(rejected).item()
    give("acknowledge", finding="rejected_records", subject=subject, reason="the drill")


def _predecessor(path: Path) -> Path:
    """Books of before: an entry whose decision names its order, its hedge, one of a known order.

    The hedge was a person's by those books, and the market's profit a loss.
    """
    entry_at = DECISION["ts_decision_unix"] + 30.0
    entry = {**FILL, "fill_ts_unix": entry_at, "source": "cross_bracket"}
    hedge = {
        **FILL, "trade_id": "f2", "order_id": "o2", "side": "yes", "yes_price_cents": 12,
        "no_price_cents": 88, "fee_cents": 1, "fill_ts_unix": entry_at + 3600.0,
    }  # fmt: skip
    other = {**entry, "trade_id": "f3", "order_id": "o3", "fill_ts_unix": entry_at + 7200.0}
    return written(
        path,
        fills_ledger=[entry, hedge, other],
        posted_orders=[{**ORDER, "order_id": "o3"}],
        alpha_backtest=[
            {**DECISION, "notes": f"{DECISION['notes']};order_id=o1", "settlement_result": "no"},
            {**DECISION, "id": 43, "decision_outcome": "discarded", "contracts": 1},
        ],
        settlements=[{**SETTLEMENT, "ticker": T}],
        kalshi_market_snapshots=[SNAPSHOT],
    )
