"""A tick over 576 markets with nothing to post: database and compute, without the network.

Once on an empty database, once on one that has run a simulated year. Goals: 400 ms, and at most
1.5 times as much after a year. The share of validation is printed.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kwx_core import pipeline
from kwx_core.contracts.base import Contract
from kwx_core.policy import load_policy
from kwx_core.resources import text
from kwx_core.store import Landing, Store
from kwx_core.store.database import Account

START = datetime(2026, 6, 10, 18, 0, tzinfo=UTC)
TICKS = 12
POLICY = load_policy(text("data", "policy.toml"), None)
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
validated = 0.0


def timed_validation() -> None:
    """Count the seconds that contracts take."""
    plain = Contract.validate.__func__  # type: ignore[attr-defined]

    def validate(cls: Any, *args: Any, **options: Any) -> Any:
        global validated  # noqa: PLW0603 - a script's one number
        began = time.perf_counter()
        try:
            return plain(cls, *args, **options)
        finally:
            validated += time.perf_counter() - began

    Contract.validate = classmethod(validate)  # type: ignore[method-assign, assignment]


def market(series: str, day: datetime, rung: int, offset: int, tick: int) -> dict[str, Any]:
    """One market of a ladder of six, quoted."""
    event = f"{series}-{day:%y}{MONTHS[day.month - 1]}{day:%d}"
    low = 68 + 2 * rung
    name, strikes = f"B{low + 0.5}", {"strike_type": "between", "floor_strike": low,
                                      "cap_strike": low + 1}  # fmt: skip
    subtitle = f"{low}° to {low + 1}°"
    if rung == 0:
        name, strikes = f"T{low + 2}", {"strike_type": "less", "cap_strike": low + 2}
        subtitle = f"{low + 1}° or below"
    if rung == 5:
        name, strikes = f"T{low - 1}", {"strike_type": "greater", "floor_strike": low - 1}
        subtitle = f"{low}° or above"
    bid = 0.10 + 0.01 * ((rung * 7 + tick) % 20)
    close = day + timedelta(days=1, hours=-offset)
    return {
        "ticker": f"{event}-{name}", "event_ticker": event, "market_type": "binary",
        "yes_sub_title": subtitle, "no_sub_title": subtitle, "status": "active", "result": "",
        "yes_bid_dollars": f"{bid:.4f}", "yes_ask_dollars": f"{bid + 0.03:.4f}",
        "no_bid_dollars": f"{0.97 - bid:.4f}", "no_ask_dollars": f"{1 - bid:.4f}",
        "yes_bid_size_fp": "10.00", "yes_ask_size_fp": "10.00", "last_price_dollars": "0.1000",
        "volume_fp": "100.00", "open_time": "2026-06-01T14:00:00Z",
        "close_time": f"{close:%Y-%m-%dT%H:%M:%SZ}", "expiration_value": "",
        "rules_primary": "", "rules_secondary": "", **strikes,
    }  # fmt: skip


def guidance(at: datetime) -> dict[str, Any]:
    """Three days of hourly guidance for one place."""
    first = at.replace(hour=0, minute=0)
    hours = [first + timedelta(hours=hour) for hour in range(96)]
    return {
        "hourly_units": {"temperature_2m_previous_day1": "°F"},
        "utc_offset_seconds": 0,
        "hourly": {
            "time": [f"{hour:%Y-%m-%dT%H:%M}" for hour in hours],
            "temperature_2m_previous_day1": [60.0 + hour.hour % 24 / 2 for hour in hours],
        },
    }


def balance(store: Store) -> dict[str, Any]:
    """The balance as the books have it: nobody owes an explanation here."""
    held = store.frame(
        "select coalesce(sum(amount_dollars), 100)::decimal(18,4) from ledger.cash"
    ).item()
    return {
        "balance": int(held * 100), "balance_dollars": str(held),
        "portfolio_value": 0, "updated_ts": 1,
    }  # fmt: skip


def landings(store: Store, at: datetime, tick: int) -> list[Landing]:
    """What one tick hears: 48 series of two ladders, 24 stations, the account's pages."""
    series = store.frame(
        "select series_ticker, standard_offset_hours from ref.series join ref.stations "
        "using (station_id) where is_active order by 1"
    ).rows()
    today = at.replace(hour=0, minute=0)
    bodies: list[tuple[str, Any]] = [
        (
            "kalshi_markets",
            {"cursor": "", "markets": [
                market(ticker, today + timedelta(days=day), rung, offset, tick)
                for day in (0, 1) for rung in range(6)
            ]},
        )
        for ticker, offset in series
    ]  # fmt: skip
    stations = store.frame("select station_id from ref.stations")["station_id"].to_list()
    observed = at - timedelta(minutes=9)
    reports = [
        {
            "icaoId": station, "obsTime": int(observed.timestamp()), "temp": 22.2,
            "reportTime": f"{at:%Y-%m-%d %H:00:00}", "metarType": "METAR",
            "rawOb": f"{station} {observed:%d%H%M}Z AUTO 00000KT 22/12 A3000 RMK AO2 T02220122",
        }
        for station in stations
    ]  # fmt: skip
    bodies += [
        ("metar", reports),
        ("kalshi_orders", {"cursor": "", "orders": []}),
        ("kalshi_fills", {"cursor": "", "fills": []}),
        ("kalshi_settlements", {"cursor": "", "settlements": []}),
        ("kalshi_positions", {"cursor": "", "market_positions": [], "event_positions": []}),
        ("kalshi_balance", balance(store)),
        ("kalshi_user_data_timestamp", {"as_of_time": f"{at:%Y-%m-%dT%H:%M:%SZ}"}),
    ]  # fmt: skip
    bodies.append(("open_meteo", [guidance(at) for _ in stations]))
    return [
        Landing(
            feed, f"/{feed}/{number}", f"{feed}-{number}-{tick}", 0, is_last_page=True,
            requested_at=at, received_at=at, status_code=200, body=json.dumps(body).encode(),
            request=f"source_id=open_meteo_ecmwf;stations={','.join(stations)}"
            if feed == "open_meteo" else None,
        )
        for number, (feed, body) in enumerate(bodies)
    ]  # fmt: skip


def tick(store: Store, number: int) -> tuple[float, float, int]:
    """Seconds of the whole tick and of validation, and how many decisions."""
    at = START + timedelta(minutes=5 * number)
    heard = landings(store, at, number)
    before, began = validated, time.perf_counter()
    store.land(heard)
    pipeline.parse(store)
    pipeline.recover(store, POLICY, at)
    pipeline.account(store, POLICY, at)
    store.audit(at, "bench")
    belief = pipeline.believe(store, POLICY, at)
    judged = pipeline.judge(store, POLICY, belief, at, pipeline.Run("bench"))
    pipeline.wishes(judged, POLICY)
    made = pipeline.decide(store, POLICY, judged)
    pipeline.intend(store, POLICY, at)
    return time.perf_counter() - began, validated - before, made.height


YEAR = """
insert into landed.requests
select md5(i::varchar), 'kalshi_markets', '/year', null, md5(i::varchar), 0, true, 200,
    $start - to_seconds(i * 30), $start - to_seconds(i * 30), 'paper', i, null, null
from range(1, 1000000) as numbers(i);
insert into parsed.progress select unnest($nouns), 1000000;
insert into parsed.quotes
select 'KXYEAR-' || (i % 20000), $start - to_seconds(i * 6), 0.4, 10, 0.5, 10, 0.45, i, 'active',
    $start - to_seconds(i * 6), i, 0
from range(5000000) as numbers(i);
insert into parsed.observations
select 'KNYC', $start - to_seconds(i * 150), 'point', 70, 70, null, null, null, 'raw', i::varchar,
    false, $start - to_seconds(i * 150), i, 0
from range(210000) as numbers(i);
insert into parsed.balances
select 0, 100, 0, $start - to_seconds((i + 1) * 300), i, 0 from range(105000) as numbers(i);
insert into parsed.fills
select 'f' || i, 'o' || i, 'xb_' || i, 'KXYEAR-' || (i % 3000), 'yes', 0.5, 0.5, 1, 0.02, true, 0,
    $start - to_seconds((i + 1) * 5200), false, $start - to_seconds((i + 1) * 5200), i, 0
from range(6000) as numbers(i);
insert into parsed.orders
select 'o' || i, 'xb_' || i, 'KXYEAR-' || (i % 3000), 'yes', 'executed', 0.5, 1, 1, 0, 0,
    $start - to_seconds((i + 1) * 5200), $start - to_seconds((i + 1) * 5200), false,
    $start - to_seconds((i + 1) * 5200), i, 0
from range(6000) as numbers(i);
insert into parsed.markets by name
select 'KXYEAR-' || i as ticker, 'KXYEAR' as event_ticker, 'KXYEAR' as series_ticker,
    'finalized' as status, if(i % 2 = 0, 'yes', 'no') as market_result,
    1 - i % 2 as settlement_value_dollars, told_at - interval 1 hour as open_at,
    told_at + interval 6 hour as close_at, told_at + interval 12 hour as settled_at,
    false as is_imported, told_at as received_at, i as landed_seq, 0 as position
from (
    select i, $start - to_seconds((i % 3000 + 1) * 5200) - interval 1 day as told_at
    from range(20000) as numbers(i)
);
insert into parsed.settlements by name
select ticker, event_ticker, market_result, settlement_value_dollars, settled_at,
    0 as exchange_index, is_imported, received_at, landed_seq, position
from parsed.markets where ticker in (select ticker from parsed.fills);
"""
# A year that ends with its books in order: the balance is what the flows come to.
EXPLAINED = """
update parsed.balances as readings
set balance_dollars = told.balance_dollars
from (
    select readings.received_at, cash.balance_dollars
    from parsed.balances as readings
    asof join (
        select flowed_at, sum(amount_dollars) over (order by flowed_at) as balance_dollars
        from ledger.cash
    ) as cash on cash.flowed_at <= readings.received_at
) as told
where told.received_at = readings.received_at
"""


def lived_a_year(store: Store) -> None:
    """Fill the tables that grow as a year of ticks would."""
    from kwx_core.store.catalog import NOUNS

    for statement in YEAR.strip().split(";\n"):
        known = {"start": START - timedelta(hours=1), "nouns": list(NOUNS)}
        used = {name: value for name, value in known.items() if f"${name}" in statement}
        store._con.execute(statement.rstrip(";"), used)
    store.derive_all()
    store._con.execute(EXPLAINED)
    store.derive_all()


def measured(*, is_old: bool) -> float:
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.create(Path(folder) / "kwx.duckdb", Account("paper", "bench"), START) as store,
    ):
        if is_old:
            lived_a_year(store)
        runs = [tick(store, number) for number in range(TICKS)][2:]
    whole = statistics.median(run[0] for run in runs) * 1000
    share = sum(run[1] for run in runs) / sum(run[0] for run in runs)
    age = "after a simulated year" if is_old else "on a young database"
    print(
        f"{age}: {whole:.0f} ms a tick (median of {len(runs)}), "
        f"validation {share:.0%}, {runs[-1][2]} decisions"
    )
    return whole


def main() -> None:
    """Print both, and their ratio."""
    timed_validation()
    young = measured(is_old=False)
    old = measured(is_old=True)
    print(f"goal 400 ms: {young:.0f} ms; a year makes it {old / young:.2f} times (goal <= 1.5)")


if __name__ == "__main__":
    main()
