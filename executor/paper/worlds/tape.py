"""The record: markets and trades of the exchange as somebody kept them, in integer cents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from executor.paper.listing import Event, Market, Result
from executor.paper.worlds.cities import RECORDED_CITIES

if TYPE_CHECKING:
    from pathlib import Path

_HUNDREDTH = Decimal("0.01")
_MARKET_COLUMNS = [
    *("ticker", "event_ticker", "event_title", "yes_sub_title", "rules_primary"),
    *("open_time", "close_time", "expected_expiration_time", "settlement_timer_seconds"),
    *("strike_type", "floor_strike", "cap_strike", "result", "expiration_value"),
    *("_series", "_file_date"),
]
_TRADE_COLUMNS = ["ticker", "trade_id", "created_time", "count", "yes_price", "taker_side"]


@dataclass(frozen=True, slots=True)
class Print:
    """One recorded trade; the price is that of YES, in dollars."""

    ticker: str
    trade_id: str
    traded_at: datetime
    contracts: Decimal
    yes_price_dollars: Decimal
    taker_outcome_side: str


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """One event with what became of it: a result a ticker and the settled value as served."""

    event: Event
    results: dict[str, Result]
    expiration_value: str


@dataclass(frozen=True, slots=True)
class Tape:
    """Everything that was kept of some days.

    `highs_f` holds the settled value (°F) of every recorded day of each series, not only of
    the days chosen: evenings and mornings next to them have weather too.
    """

    events: list[RecordedEvent]
    prints: list[Print]
    highs_f: dict[str, dict[date, int]]


def read_tape(folder: Path, first_date: date, days: int) -> Tape:
    """Read the events of `days` climate days and all their trades, in order of time.

    Raises:
        FileNotFoundError: when the folder does not hold the three kinds of files.
        ValueError: when nothing was recorded on those days.
    """
    dates = [first_date + timedelta(days=day) for day in range(days)]
    series = [city.series_ticker for city in RECORDED_CITIES]
    markets = _markets(folder, dates, series)
    if markets.is_empty():
        raise ValueError(f"nothing recorded from {dates[0]} to {dates[-1]} in {folder}")
    highs_f = _highs_f(folder)
    events = [_event(rows, highs_f) for rows in markets.partition_by("event_ticker")]
    return Tape(events, _prints(folder, markets["ticker"].to_list()), highs_f)


def _files(folder: Path, pattern: str) -> list[Path]:
    found = sorted(folder.glob(pattern))
    if not found:
        raise FileNotFoundError(f"{folder} holds no {pattern}")
    return found


def _markets(folder: Path, dates: list[date], series: list[str]) -> pl.DataFrame:
    frames = [
        pl.scan_parquet(path)
        .filter(pl.col("_file_date").is_in([day.isoformat() for day in dates]))
        .filter(pl.col("_series").is_in(series))
        .select(_MARKET_COLUMNS)
        for path in _files(folder, "markets_*.parquet")
    ]
    return pl.concat(frames, how="vertical_relaxed").sort("_file_date", "_series").collect()


def _highs_f(folder: Path) -> dict[str, dict[date, int]]:
    highs_f: dict[str, dict[date, int]] = {}
    for path in _files(folder, "settlements_*.csv"):
        for row in pl.read_csv(path).drop_nulls("settle_f").iter_rows(named=True):
            day = date.fromisoformat(row["event_date"])
            highs_f.setdefault(row["series"], {})[day] = round(row["settle_f"])
    return highs_f


def _event(rows: pl.DataFrame, highs_f: dict[str, dict[date, int]]) -> RecordedEvent:
    records = rows.to_dicts()
    first = records[0]
    event = Event(
        event_ticker=first["event_ticker"],
        series_ticker=first["_series"],
        title=first["event_title"] or "",
        markets=[_market(record) for record in records],
    )
    results = {record["ticker"]: record["result"] for record in records}
    return RecordedEvent(event, results, _expiration_value(records, highs_f))


def _expiration_value(records: list[dict[str, Any]], highs_f: dict[str, dict[date, int]]) -> str:
    """Blank on many markets, prose on one: the largest figure of the event, else the settled."""
    values = [record["expiration_value"] or "" for record in records]
    figures = [value for value in values if value.replace(".", "", 1).lstrip("-").isdigit()]
    if figures:
        return max(figures, key=float)
    day = date.fromisoformat(records[0]["_file_date"])
    settled_f = highs_f.get(records[0]["_series"], {}).get(day)
    return max(values) if settled_f is None else f"{settled_f}.00"


def _market(record: dict[str, Any]) -> Market:
    """A row as a listing. Winners of early 2025 have no strikes: they stay without."""
    return Market(
        ticker=record["ticker"],
        event_ticker=record["event_ticker"],
        strike_type=record["strike_type"] or "",
        floor_strike=record["floor_strike"],
        cap_strike=record["cap_strike"],
        yes_sub_title=record["yes_sub_title"],
        rules_primary=record["rules_primary"],
        open_at=_moment(record["open_time"]),
        close_at=_moment(record["close_time"]),
        expected_expiration_at=_moment(record["expected_expiration_time"]),
        settlement_timer_seconds=record["settlement_timer_seconds"],
        price_step=_HUNDREDTH,
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _prints(folder: Path, tickers: list[str]) -> list[Print]:
    frames = [
        pl.scan_parquet(path).select(_TRADE_COLUMNS).filter(pl.col("ticker").is_in(tickers))
        for path in _files(folder, "trades_*.parquet")
    ]
    trades = pl.concat(frames, how="vertical_relaxed").unique("trade_id").collect()
    rows = trades.sort("created_time", "trade_id").select(_TRADE_COLUMNS).iter_rows()
    return [
        Print(ticker, trade_id, at, Decimal(count), Decimal(cents) * _HUNDREDTH, taker_side)
        for ticker, trade_id, at, count, cents, taker_side in rows
    ]
