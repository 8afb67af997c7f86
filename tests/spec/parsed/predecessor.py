"""The predecessor's tables and rows of them, written by hand in its columns."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from kwx_core.store import Store
from tests.spec.drawn import land

T = "KXHIGHNY-26MAY10-B72.5"
FILL = {
    "trade_id": "f1", "order_id": "o1", "client_order_id": None, "ticker": T,
    "series": "KXHIGHNY-26MAY10", "family": "KXHIGHNY", "side": "no", "action": "buy",
    "contracts": 2, "yes_price_cents": 28, "no_price_cents": 72, "is_taker": 1, "fee_cents": 3,
    "fill_ts_iso": "2026-05-10T20:06:04.398Z", "fill_ts_unix": 1778443564.398416,
    "ingested_ts_unix": 1778443594.4, "live_mode": 0, "source": "manual",
}  # fmt: skip
ORDER = {
    "order_id": "o1", "client_order_id": "mm_xb_KXHIGHNY-26MAY10_0_1778443563150", "ticker": T,
    "side": "no", "action": "buy", "count": 2, "price_cents": 73, "posted_ts_unix": 1778443563.4,
    "live_mode": 1, "source_hint": "cross_bracket",
}  # fmt: skip
DECISION = {
    "id": 42, "ts_decision": "2026-05-10T20:06:03Z", "ts_decision_unix": 1778443563.150658,
    "ticker": T, "family": "KXHIGHNY", "decision_type": "cross_bracket_live",
    "decision_outcome": "posted", "side": "no", "price_cents": 72, "contracts": 2,
    "ensemble_p_yes": 0.12, "settlement_result": None, "won_yes": None, "ts_settle": None,
    "ts_settle_unix": None, "market_id": "KXHIGHNY-26MAY10",
    "notes": "cross_bracket;leg=0;p_yes=0.120;edge_no=+0.150",
}  # fmt: skip
SETTLEMENT = {
    "id": 1, "recorded_at": "2026-05-13T13:00:00Z", "order_id": f"settlement_{T}", "ticker": T,
    "side": "no", "price_cents": 72, "contracts": 2, "revenue_cents": 0, "profit_cents": -147,
    "won": 0, "strategy": "cross_bracket",
}  # fmt: skip
SNAPSHOT = {
    "ticker": T, "ts": 1778677200, "event_ticker": "KXHIGHNY-26MAY10", "status": "finalized",
    "yes_bid": 1, "close_time": 1778475600, "result": "no",
}  # fmt: skip
TABLES = {
    "fills_ledger": FILL,
    "posted_orders": ORDER,
    "alpha_backtest": DECISION,
    "settlements": SETTLEMENT,
    "kalshi_market_snapshots": SNAPSHOT,
}


def written(path: Path, **rows: list[dict]) -> Path:
    """A SQLite file with the predecessor's tables and these rows."""
    with closing(sqlite3.connect(path)) as con, con:
        for table, row in TABLES.items():
            con.execute(f"create table if not exists {table} ({', '.join(row)})")
            for one in rows.get(table, []):
                marks = ", ".join("?" * len(one))
                con.execute(
                    f"insert into {table} ({', '.join(one)}) values ({marks})", list(one.values())
                )
    return path


def tell(store: Store, feed: str, *rows: Any, received_at: str = "12:00") -> None:
    """Land a page of rows as the import does, and read it."""
    land(store, f"predecessor_{feed}", {"rows": list(rows)}, received_at=received_at)
    store.parse()
