from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise, product

import numpy as np
import polars as pl
import pytest

from executor.paper.clock import SimulatedClock
from executor.paper.exchange import Exchange
from executor.paper.listing import Ack, OrderRequest, Settings
from executor.paper.worlds.cities import CHICAGO, RECORDED_CITIES
from executor.paper.worlds.reconstruction import reconstructed_weather
from executor.paper.worlds.recorded import RecordedWorld
from executor.paper.worlds.tape import read_tape
from tests.shared import shared

OURS = "kwx"
DAY = date(2025, 2, 10)
TICKER = "KXHIGHCHI-25FEB10-B31.5"
# One trade after another on one market: minutes after 20:00Z, contracts, YES cents, taker.
DRAWN_TRADES = [(0, 5, 40, "yes"), (10, 3, 37, "no"), (20, 2, 35, "no"), (30, 9, 34, "no")]
START = datetime(2025, 2, 10, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three files written by hand: one market, four trades, five settled days."""
    path = tmp_path_factory.mktemp("record")
    pl.DataFrame([market_row()]).write_parquet(path / "markets_2025.parquet")
    pl.DataFrame(
        [
            {
                "ticker": TICKER,
                "trade_id": f"trade-{minute}",
                "created_time": START + timedelta(minutes=minute),
                "count": count,
                "yes_price": cents,
                "taker_side": taker,
            }
            for minute, count, cents, taker in DRAWN_TRADES
        ]
    ).write_parquet(path / "trades_2025.parquet")
    pl.DataFrame(
        [
            {"series": city.series_ticker, "event_date": DAY.isoformat(), "settle_f": 32.0}
            for city in RECORDED_CITIES
        ]
    ).write_csv(path / "settlements_2025.csv")
    return path


def market_row() -> dict[str, object]:
    return {
        "ticker": TICKER,
        "event_ticker": TICKER.rsplit("-", 1)[0],
        "event_title": "A high",
        "yes_sub_title": "31° to 32°",
        "rules_primary": "a rule",
        "open_time": "2025-02-09T15:00:00Z",
        "close_time": "2025-02-11T04:59:00Z",
        "expected_expiration_time": "2025-02-11T15:00:00Z",
        "settlement_timer_seconds": 3600,
        "strike_type": "between",
        "floor_strike": 31,
        "cap_strike": 32,
        "result": "yes",
        "expiration_value": "",
        "_series": "KXHIGHCHI",
        "_file_date": DAY.isoformat(),
    }


def recorded(folder, days: int = 1, start: datetime = START, seed: int = 0) -> RecordedWorld:
    clock = SimulatedClock(start - timedelta(minutes=1))
    exchange = Exchange(clock, Settings(is_rate_limited=False))
    exchange.open_account(OURS, None, None, Decimal(1000))
    world = RecordedWorld(exchange, clock, folder=folder, first_date=DAY, days=days, seed=seed)
    world.start()
    return world


def place(world, side: str, price: str, count: str = "1", ticker: str = TICKER) -> Ack:
    request = OrderRequest(ticker, side, Decimal(count), Decimal(price))
    answer = world._exchange.place(OURS, request)
    assert isinstance(answer, Ack), answer
    return answer


def best(world, ticker: str = TICKER) -> tuple[str, ...]:
    return tuple("" if each is None else str(each) for each in world._exchange.best(ticker))


@pytest.mark.parametrize(
    ("minute", "quote"),
    [
        (0, ("0.39", "5", "0.41", "5")),
        (9, ("0.39", "5", "0.41", "5")),
        (10, ("0.36", "3", "0.38", "3")),
        (44, ("0.33", "9", "0.35", "9")),
        (45, ("", "", "", "")),
    ],
)
def test_the_book_is_the_last_trade_a_cent_each_way_and_gone_after_15_minutes(
    folder, minute, quote
):
    world = recorded(folder)
    world.step(START + timedelta(minutes=minute))
    assert best(world) == quote


@pytest.mark.parametrize(
    ("side", "price", "count", "filled"),
    [
        ("bid", "0.41", "1", ["1"]),  # it crosses what is shown and still waits for a trade
        ("bid", "0.38", "4", ["3", "1"]),  # three at 0.37, the rest by the next trade
        ("bid", "0.35", "20", ["2", "9"]),
        ("bid", "0.33", "1", []),  # no trade came down to it
        ("ask", "0.39", "1", []),  # the trade at 0.40 was before it
        ("ask", "0.36", "1", ["1"]),
    ],
)
def test_only_a_recorded_trade_fills_and_never_more_than_it_had(folder, side, price, count, filled):
    world = recorded(folder)
    world.step(START + timedelta(minutes=1))
    assert place(world, side, price, count).fill_count == 0
    assert not world._exchange.account(OURS).fills
    world.step(START + timedelta(hours=1))
    fills = world._exchange.account(OURS).fills
    assert [str(fill.contracts) for fill in fills] == filled
    assert all(str(fill.yes_price_dollars) == price for fill in fills)
    traded_at = {START + timedelta(minutes=minute) for minute, *_ in DRAWN_TRADES}
    assert {fill.filled_at for fill in fills} <= traded_at


def test_a_blank_expiration_value_is_taken_from_the_settled_days(folder):
    world = recorded(folder)
    world.step(datetime(2025, 2, 11, 16, tzinfo=UTC))
    listing = world._exchange.floor.listings[TICKER]
    assert (listing.result, listing.expiration_value, listing.status) == (
        "yes",
        "32.00",
        "finalized",
    )
    assert listing.settled_at == datetime(2025, 2, 11, 15, tzinfo=UTC)


def test_what_the_tape_lacks_is_labelled_as_reconstructed(folder):
    world = recorded(folder)
    world.step(START)
    assert world.reconstructed >= {"metar", "open_meteo", "kalshi_orderbook"}
    reports = world.metar(["KMDW", "KDEN", "KXYZ"], 3)
    assert {report["icaoId"] for report in reports} == {"KMDW", "KDEN"}
    assert all(report["rawOb"].endswith("RMK RECONSTRUCTED") for report in reports)
    body = world.guidance([CHICAGO.latitude], [CHICAGO.longitude], "m", DAY, DAY)
    assert body["reconstructed"] is True


@pytest.mark.parametrize(
    ("missing", "message"),
    [("markets", "holds no markets_"), ("trades", "holds no trades_"), ("settlements", "holds no")],
)
def test_a_folder_without_the_record_is_refused_with_its_name(folder, tmp_path, missing, message):
    for path in folder.iterdir():
        if not path.name.startswith(missing):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises(FileNotFoundError, match=message):
        read_tape(tmp_path, DAY, 1)


def test_days_without_a_record_are_refused(folder):
    with pytest.raises(ValueError, match="nothing recorded from 2030-01-01"):
        read_tape(folder, date(2030, 1, 1), 3)


# From here on, the real record.


@pytest.fixture(scope="module")
def fortnight():
    """Two weeks of February 2025 with a hopeful bid at half price on whatever was shown."""
    world = recorded(shared("data", "kalshi"), 14, datetime(2025, 2, 9, 14, tzinfo=UTC))
    moment = world._clock.now()
    while moment < datetime(2025, 2, 25, 16, tzinfo=UTC):
        moment += timedelta(hours=1)
        world.step(moment)
        if moment.hour == 20 and moment.day % 2:
            for ticker in list(world._last):
                place(world, "bid", "0.30", "250", ticker)
                place(world, "ask", "0.60", "250", ticker)
                assert world._exchange.account(OURS).available_balance_dollars >= 0
                world._exchange.floor.accounts[OURS].cash += Decimal(1000)
    return world


def raw_markets() -> pl.DataFrame:
    path = shared("data", "kalshi", "markets_2024-08_2025-02.parquet")
    days = [(DAY + timedelta(days=day)).isoformat() for day in range(14)]
    return pl.read_parquet(path).filter(pl.col("_file_date").is_in(days))


def test_each_events_winner_and_value_are_as_recorded(fortnight):
    listings = fortnight._exchange.floor.listings
    rows = raw_markets()
    assert rows.height == len(listings) == 420
    for row in rows.iter_rows(named=True):
        listing = listings[row["ticker"]]
        assert listing.status == "finalized"
        assert listing.result == row["result"]
        if row["expiration_value"]:
            assert listing.expiration_value == row["expiration_value"]
    assert sum(listing.result == "yes" for listing in listings.values()) == 70


def test_all_recorded_trades_are_printed_at_their_own_time(fortnight):
    trades = fortnight._exchange.floor.trades
    assert len(trades) == len(fortnight.tape.prints) == 104_295
    assert all(earlier.traded_at <= later.traded_at for earlier, later in pairwise(trades))


def test_chicago_closes_an_hour_later_from_february_20_on(fortnight):
    closes = {
        listing.market.ticker[:17]: f"{listing.market.close_at:%d %H:%M}"
        for listing in fortnight._exchange.floor.listings.values()
        if listing.market.ticker.startswith("KXHIGHCHI")
    }
    assert closes["KXHIGHCHI-25FEB18"] == "19 04:59"
    assert closes["KXHIGHCHI-25FEB22"] == "23 05:59"
    hours = [closes[f"KXHIGHCHI-25FEB{day}"][-5:] for day in range(10, 24)]
    assert hours == sorted(hours)


def test_no_fill_is_larger_than_the_trade_that_went_through(fortnight):
    tape = {}
    for trade in fortnight.tape.prints:
        key = (trade.ticker, trade.traded_at)
        tape.setdefault(key, []).append(trade)
    fills = fortnight._exchange.account(OURS).fills
    assert len(fills) > 100
    taken: dict[tuple[str, datetime], Decimal] = {}
    for fill in fills:
        key = (fill.ticker, fill.filled_at)
        taken[key] = taken.get(key, Decimal(0)) + fill.contracts
        went_through = [
            trade
            for trade in tape[key]
            if (
                trade.yes_price_dollars <= fill.yes_price_dollars
                if fill.book_side == "bid"
                else trade.yes_price_dollars >= fill.yes_price_dollars
            )
        ]
        assert went_through
    for key, contracts in taken.items():
        assert contracts <= sum(trade.contracts for trade in tape[key])


def test_reconstructed_reports_peak_at_or_below_the_settled_value_as_often_as_measured(fortnight):
    days = [DAY + timedelta(days=n) for n in range(14)]
    missed = []
    for seed in range(8):
        weather = reconstructed_weather(fortnight.tape.highs_f, DAY, 14, seed)
        for city, day in product(RECORDED_CITIES, days):
            first = city.midnight(day) + timedelta(minutes=city.metar_minute)
            reports_f = [weather.shown_f(city, first + timedelta(hours=h)) for h in range(24)]
            missed.append(fortnight.tape.highs_f[city.series_ticker][day] - max(reports_f))
    shares = [float(np.mean(np.array(missed) == excess)) for excess in range(4)]
    assert sum(shares) == pytest.approx(1.0)
    assert shares == pytest.approx([0.33, 0.51, 0.13, 0.03], abs=0.06)


def test_reconstructed_guidance_misses_the_settled_value_by_about_three_degrees(fortnight):
    errors = []
    for city in RECORDED_CITIES:
        for day in (DAY + timedelta(days=n) for n in range(14)):
            hours = [city.midnight(day) + timedelta(hours=h) for h in range(24)]
            hourly = fortnight.weather.model("ecmwf_ifs025").hourly(
                city, hours, "temperature_2m_previous_day1", datetime(2025, 3, 9, tzinfo=UTC)
            )
            errors.append(max(hourly) - fortnight.tape.highs_f[city.series_ticker][day])
    assert 2.0 < np.std(errors) < 4.2
    assert abs(np.mean(errors)) < 1.5


@pytest.mark.parametrize("first_date", [date(2024, 11, 4), date(2025, 1, 20)])
def test_prose_values_and_winners_without_strikes_are_listed_as_they_were(first_date):
    tape = read_tape(shared("data", "kalshi"), first_date, 2)
    assert all(list(each.results.values()).count("yes") == 1 for each in tape.events)
    assert all(each.expiration_value for each in tape.events)
    bare = [m for each in tape.events for m in each.event.markets if not m.strike_type]
    assert len(bare) == (10 if first_date.year == 2025 else 0)
    assert all(m.floor_strike is None and m.cap_strike is None for m in bare)
