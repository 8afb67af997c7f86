"""A client of ours before a scripted exchange, by a simulated clock."""

from __future__ import annotations

from contextlib import aclosing, asynccontextmanager
from decimal import Decimal

from cryptography.hazmat.primitives.asymmetric import ed25519

from executor.kalshi import sansio
from executor.kalshi.client import KalshiClient
from tests.executor.loopback import Loopback, SimulatedClock, reply

KEY = ed25519.Ed25519PrivateKey.generate()
ORDER = sansio.create_order(
    {
        "client_order_id": "xb_1",
        "ticker": "KXHIGHNY-26OCT15-B84.5",
        "outcome_side": "no",
        "price_dollars": Decimal("0.30"),
        "contracts": Decimal(1),
        "time_in_force": "good_till_canceled",
        "post_only": True,
        "expires_at": None,
    }
)
BALANCE = sansio.page("/trade-api/v2/portfolio/balance")
ACK = reply(201, b'{"order_id":"o-1"}')


def client_of(url, clock, **settings):
    arguments = {"timeout_seconds": 0.6, **settings}
    return KalshiClient(url, key_id="key-1", key=KEY, now=clock.now, sleep=clock.sleep, **arguments)


@asynccontextmanager
async def exchange(*replies, **settings):
    clock = SimulatedClock()
    async with (
        Loopback(*replies) as server,
        aclosing(client_of(server.url, clock, **settings)) as c,
    ):
        yield server, c, clock
