"""The one place where requests leave for Kalshi: signed, paced, and an order never twice.

Rules: docs.kalshi.com getting_started/api_keys, getting_started/rate_limits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from executor.kalshi import signing
from executor.wire import (
    TIMEOUT_SECONDS,
    Answer,
    Pace,
    RequestRefusedError,
    TokenBucket,
    open_http,
    retry_read,
    send_once,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    import httpx

    from executor.wire import Request

# Since 2026-08-27 the rules text comes in the language asked for, and it is parsed.
HEADERS = {"accept": "application/json", "accept-language": "en", "user-agent": "kwx"}
JSON_HEADERS = {"content-type": "application/json"}
API_ROOT = "/trade-api/v2"
# What every key may do (getting_started/rate_limits; GET /account/limits, 2026-06-11). Larger
# accounts may say more; asking for less than is allowed is never wrong.
BASIC_READ_PACE = Pace(capacity_tokens=200, refill_tokens_per_second=200)
BASIC_WRITE_PACE = Pace(capacity_tokens=100, refill_tokens_per_second=100)


class KalshiClient:
    """Ask and tell one Kalshi host, as one key, by one clock.

    `base_url` is the host; the API's root may follow it. `now` (UTC) and `sleep` (seconds)
    drive signatures and pacing, so that a simulated exchange can share its clock. Every
    fault of the network is an `Answer`; only a misuse raises.
    """

    def __init__(
        self,
        base_url: str,
        *,
        key_id: str,
        key: signing.PrivateKey,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        read_pace: Pace = BASIC_READ_PACE,
        write_pace: Pace = BASIC_WRITE_PACE,
        timeout_seconds: float = TIMEOUT_SECONDS,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Open no connection yet; the paces are the account's (GET /account/limits)."""
        self._key_id, self._key = key_id, key
        self._now, self._sleep = now, sleep
        self._buckets = {
            "read": TokenBucket(read_pace, now()),
            "write": TokenBucket(write_pace, now()),
        }
        host = base_url.rstrip("/").removesuffix(API_ROOT)
        self._http = open_http(host, HEADERS, timeout_seconds, transport)

    async def aclose(self) -> None:
        """Close the connections (`contextlib.aclosing` calls this)."""
        await self._http.aclose()

    async def fetch(self, request: Request) -> Answer:
        """Read; ask again after a 429, a 5xx or a lost answer, a bounded number of times."""
        _require(request, "GET")
        return await retry_read(lambda: self._send(request), self._sleep)

    async def post_order(
        self, request: Request, is_halted: Callable[[], bool] = lambda: False
    ) -> Answer:
        """Send a create exactly once, whatever becomes of it. For `executor.submit` alone.

        `is_halted` is asked after the wait for a token, at the last moment before the bytes
        leave: a halt that comes during the wait still holds the order back (`is_sent` False).
        """
        _require(request, "POST")
        return await self._send(request, is_halted)

    async def cancel(self, request: Request) -> Answer:
        """Send a cancel once; asking again is for the next tick, which knows more."""
        _require(request, "DELETE")
        return await self._send(request)

    async def _send(
        self, request: Request, is_halted: Callable[[], bool] = lambda: False
    ) -> Answer:
        wait_seconds = self._buckets[request.bucket].reserve(request.cost_tokens, self._now())
        if wait_seconds > 0:
            await self._sleep(wait_seconds)
        if is_halted():
            at = self._now()
            return Answer(None, b"", at, at, "halted before the request left", is_sent=False)
        # Signed after the wait, since the exchange refuses a signature of some seconds ago.
        signed = signing.headers(self._key_id, self._key, request.method, request.path, self._now())
        sent_headers = signed if request.body is None else {**signed, **JSON_HEADERS}
        return await send_once(self._http, request, sent_headers, self._now)


def _require(request: Request, method: str) -> None:
    """Keep the doors apart: a create cannot be sent, or retried, through the door for reads."""
    if request.method != method:
        raise RequestRefusedError(f"a {request.method} does not go through the door for {method}")
