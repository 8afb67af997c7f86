"""Customers of a paper exchange that stands ready: they sign, send and read."""

from __future__ import annotations

import base64
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from executor.paper.clock import SimulatedClock
from executor.paper.exchange import Exchange
from executor.paper.faults import Faults
from executor.paper.http import app
from executor.paper.listing import Ack, Event, Market, OrderRequest, Refusal, Settings
from executor.paper.server import serve

NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
EVENT = "KXHIGHNY-26OCT05"
T = f"{EVENT}-B65.5"
OTHER = f"{EVENT}-T70"
API = "/trade-api/v2"
ORDERS = "/portfolio/events/orders"
FREE = Settings(is_rate_limited=False)


@cache
def rsa_key():
    return rsa.generate_private_key(65537, 2048)


@cache
def ed_key():
    return ed25519.Ed25519PrivateKey.generate()


def pem(key) -> bytes:
    encoding = serialization.Encoding.PEM
    return key.public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)


def signature(key, text: str, salt: int = 32) -> str:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        raw = key.sign(text.encode())
    else:
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), salt)
        raw = key.sign(text.encode(), scheme, hashes.SHA256())
    return base64.b64encode(raw).decode()


def market(ticker: str, event_ticker: str = EVENT, **changes: object) -> Market:
    listed = Market(
        ticker=ticker,
        event_ticker=event_ticker,
        strike_type="between",
        floor_strike=65,
        cap_strike=66,
        yes_sub_title="65° to 66°",
        rules_primary="Resolves to Yes between 65 and 66.",
        open_at=NOON - timedelta(hours=1),
        close_at=NOON + timedelta(hours=17),
        expected_expiration_at=NOON + timedelta(hours=31),
    )
    return replace(listed, **changes)


def event(*tickers: str, **changes: object) -> Event:
    listed = Event(EVENT, "KXHIGHNY", "Highest temperature in New York?", [])
    return replace(listed, markets=[market(t) for t in tickers or (T, OTHER)], **changes)


def exchange(
    settings: Settings = FREE,
    *,
    start: datetime = NOON,
    listed: Event | None = None,
    scopes: tuple[str, ...] = ("read", "write"),
):
    """An exchange with one event, a customer `us` (key `ours`, $100) and a crowd with $10,000."""
    opened = Exchange(SimulatedClock(start), settings)
    opened.open_account("us", pem(rsa_key()), "ours", Decimal(100), scopes=scopes)
    opened.open_account("crowd", None, None, Decimal(10_000))
    opened.list_event(listed or event())
    return opened


def order(side: str, count: str, price: str, **more: object) -> OrderRequest:
    ticker = more.pop("ticker", T)
    return OrderRequest(ticker, side, Decimal(count), Decimal(price), **more)


def placed(on: Exchange, account: str, side: str, count: str, price: str, **more: object) -> Ack:
    answer = on.place(account, order(side, count, price, **more))
    assert isinstance(answer, Ack), answer
    return answer


def refused(on: Exchange, account: str, side: str, count: str, price: str, **more: object):
    answer = on.place(account, order(side, count, price, **more))
    assert isinstance(answer, Refusal), answer
    return answer.status, answer.code


def body(side: str = "bid", count: str = "1.00", price: str = "0.4000", **more: object) -> dict:
    plain = {
        "ticker": T,
        "side": side,
        "count": count,
        "price": price,
        "time_in_force": "good_till_canceled",
        "self_trade_prevention_type": "taker_at_cross",
    }
    return {k: v for k, v in (plain | more).items() if v is not None}


@dataclass
class Customer:
    """Signs with a key of its own at the exchange's time, give or take its clock's error."""

    http: httpx.Client
    exchange: Exchange
    faults: Faults
    key: object
    key_id: str = "ours"

    def headers(self, method: str, path: str, skew_seconds: float = 0, salt: int = 32) -> dict:
        at = self.exchange.clock.now() + timedelta(seconds=skew_seconds)
        stamp = str(round(at.timestamp() * 1000))
        text = f"{stamp}{method}{API}{path.partition('?')[0]}"
        return {
            "KALSHI-ACCESS-KEY": self.key_id,
            "KALSHI-ACCESS-TIMESTAMP": stamp,
            "KALSHI-ACCESS-SIGNATURE": signature(self.key, text, salt),
        }

    def ask(self, method: str, path: str, **more: object) -> httpx.Response:
        headers = self.headers(method, path)
        return self.http.request(method, API + path, headers=headers, **more)

    def get(self, path: str) -> dict:
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, **fields: object) -> httpx.Response:
        return self.ask("POST", ORDERS, json=body(**fields))


@contextmanager
def customer(on: Exchange, key: object = None, key_id: str = "ours"):
    """A customer connected to the exchange over HTTP on loopback."""
    faults = Faults()
    with serve(app(on, faults)) as server, httpx.Client(base_url=server.url) as http:
        yield Customer(http, on, faults, key or rsa_key(), key_id)
