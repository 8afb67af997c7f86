"""A paper exchange with a world behind it, driven as a demonstration drives it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from executor.paper.clock import SimulatedClock
from executor.paper.exchange import Exchange
from executor.paper.listing import Ack, OrderRequest, Settings
from executor.paper.worlds.simulated import SimulatedWorld

OURS = "kwx"
FIRST_DATE = date(2026, 6, 10)
# Full hours (UTC) of a day's ticks: hourly while cities are awake, six-hourly at night.
TICK_HOURS = (0, 1, 2, 3, 6, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23)

# A believer who knows how hourly reports under-read, and nothing else.
UNDER_READING = (0.33, 0.50, 0.13, 0.03, 0.01)
TRADING_HOUR, LAST_HOUR = 17, 23.5


def simulated(seed: int = 7, days: int = 3, **choices) -> SimulatedWorld:
    """A world that starts at 00Z of its first day, our account open with a thousand dollars."""
    clock = SimulatedClock(datetime(2026, 6, 10, tzinfo=UTC))
    exchange = Exchange(clock, Settings(is_rate_limited=False))
    exchange.open_account(OURS, None, None, Decimal(1000))
    world = SimulatedWorld(exchange, clock, seed=seed, first_date=FIRST_DATE, days=days, **choices)
    world.start()
    return world


def ticks(days: int) -> list[datetime]:
    start = datetime.combine(FIRST_DATE, datetime.min.time(), UTC)
    moments = [start + timedelta(days=d, hours=h) for d in range(days) for h in TICK_HOURS]
    return moments[1:]


def drive(world: SimulatedWorld, days: int, *, is_trading: bool = True) -> None:
    """Live through the days, buying what looks cheap at each tick, and wait for the payouts."""
    taken: set[str] = set()
    for moment in ticks(days):
        world.step(moment)
        if is_trading:
            wanted = cheap(world, moment, taken)
            world.fade()
            for request in wanted:
                answer = world._exchange.place(OURS, request)
                assert isinstance(answer, Ack), answer
                taken.add(request.ticker)
    world.step(ticks(days)[-1] + timedelta(days=2))


def cheap(world: SimulatedWorld, moment: datetime, taken: set[str]) -> list[OrderRequest]:
    """One contract of everything with conviction .65 and an edge of .10 after the fee."""
    requests = []
    for ladder in world._desk.ladders.values():
        hour = (moment - ladder.city.midnight(ladder.climate_date)) / timedelta(hours=1)
        if not TRADING_HOUR <= hour <= LAST_HOUR:
            continue
        truth = world.truth(ladder.city.station_id)
        high_f = truth.running_high_f(ladder.climate_date, moment - timedelta(minutes=2))
        for bracket, ticker in zip(ladder.brackets, ladder.tickers, strict=True):
            fair = sum(p for k, p in enumerate(UNDER_READING) if bracket.holds(high_f + k))
            bid, _, ask, _ = world._exchange.best(ticker)
            if ask is not None and ticker not in taken and is_cheap(fair, ask):
                requests.append(OrderRequest(ticker, "bid", Decimal(1), ask))
            elif bid is not None and ticker not in taken and is_cheap(1 - fair, 1 - bid):
                requests.append(OrderRequest(ticker, "ask", Decimal(1), bid))
    return requests


def is_cheap(fair: float, price: Decimal) -> bool:
    paid = float(price)
    edge = fair - paid - 0.07 * paid * (1 - paid)
    return fair >= 0.65 and edge >= 0.10 and 0.05 <= paid <= 0.95
