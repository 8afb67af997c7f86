"""One request out, one answer back: what the exchange and the weather services have in common.

The sans-I/O modules build `Request`s, the clients turn them into `Answer`s. Nothing here
raises for what a network does: a fault is an answer that carries its sentence.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

import httpx

from kwx_core.errors import KwxError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

# A full page of 1,000 markets is about 3 MB; a body above this is an accident, not an answer.
BODY_LIMIT_BYTES = 10_000_000
# The whole exchange of one request, from connecting to the last byte. A healthy one takes
# well under a second; a feed that hangs must not hold up the tick for longer than this.
TIMEOUT_SECONDS = 15.0
# Connecting takes milliseconds or fails; kept apart because a failure here proves that
# nothing was sent, which a later timeout does not.
CONNECT_SHARE = 1 / 3
# Waits before the second, third and fourth attempt of a read. There is one client a key, so
# jitter would spread nothing; three waits end well inside one cadence of the slowest feed.
BACKOFF_SECONDS = (0.5, 1.0, 2.0)
TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500


# httpcore 1.0 asks for sniffio several times a request; where it is absent, each failed import
# searches the whole path again: a tenth of a tick (2026-11-25). A known absence fails at once.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]


class RequestRefusedError(KwxError):
    """A request that must not be built or sent as asked: a fault of the caller, found in time."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask: method, path from the host's root, query, body and what it costs to ask.

    `host` names who is asked ("kalshi", or a key of the weather client's base URLs);
    `cost_tokens` are drawn from the host's `bucket` before the request leaves.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    cost_tokens: int = 10
    bucket: Literal["read", "write"] = "read"
    host: str = "kalshi"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Usable only where `error` is None; `status` is None if none arrived.

    `is_sent` is False where it is proven that no byte of the request left: the connection
    was never made. Times are UTC, by the client's own clock.
    """

    status: int | None
    body: bytes
    requested_at: datetime
    received_at: datetime
    error: str | None = None
    is_sent: bool = True

    @property
    def is_transient(self) -> bool:
        """Whether asking the same again a moment later may go better (reads only)."""
        return (
            self.status is None or self.status == TOO_MANY_REQUESTS or self.status >= SERVER_ERROR
        )


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a host may be asked: a bucket's size and what flows into it."""

    capacity_tokens: float
    refill_tokens_per_second: float


class TokenBucket:
    """Tells each request how long it has to wait, in the order of asking.

    The tokens are booked at once, below zero if need be, and the wait happens elsewhere:
    two requests can never be promised the same token, and nothing is held while one sleeps.
    """

    def __init__(self, pace: Pace, opened_at: datetime) -> None:
        """Start full, as the exchange's buckets do."""
        self._pace = pace
        self._tokens = pace.capacity_tokens
        self._refilled_at = opened_at

    def reserve(self, cost_tokens: float, at: datetime) -> float:
        """Book tokens at an instant and return the seconds to wait before sending."""
        # A clock that is set back refills nothing, and must not drain the bucket either.
        elapsed_seconds = max(0.0, (at - self._refilled_at).total_seconds())
        refill = elapsed_seconds * self._pace.refill_tokens_per_second
        self._tokens = min(self._pace.capacity_tokens, self._tokens + refill) - cost_tokens
        self._refilled_at = at
        return max(0.0, -self._tokens / self._pace.refill_tokens_per_second)


def open_http(
    base_url: str,
    headers: Mapping[str, str],
    timeout_seconds: float,
    transport: httpx.AsyncBaseTransport | None = None,
) -> httpx.AsyncClient:
    """Open a client that follows no redirect and lets nothing but its arguments steer it.

    The environment is not asked for proxies or passwords: settings are read in one place.
    """
    timeout = httpx.Timeout(timeout_seconds, connect=timeout_seconds * CONNECT_SHARE)
    return httpx.AsyncClient(
        base_url=base_url,
        headers=dict(headers),
        timeout=timeout,
        follow_redirects=False,
        trust_env=False,
        transport=transport,
        verify=_trusted(),
    )


@cache
def _trusted() -> ssl.SSLContext:
    """Whom to believe, read once: it takes a twentieth of a second."""
    return httpx.create_ssl_context(trust_env=False)


async def send_once(
    http: httpx.AsyncClient,
    request: Request,
    headers: Mapping[str, str],
    now: Callable[[], datetime],
) -> Answer:
    """Send a request exactly once; whatever the network does comes back as an answer."""
    requested_at = now()
    outgoing = http.build_request(
        request.method,
        request.path,
        params=dict(request.query) or None,
        content=request.body,
        headers=dict(headers),
    )
    status, body, error, is_sent = await _exchange(http, outgoing)
    return Answer(status, body, requested_at, now(), error, is_sent)


async def retry_read(
    attempt: Callable[[], Awaitable[Answer]], sleep: Callable[[float], Awaitable[None]]
) -> Answer:
    """Ask, and ask again while the fault may pass; the last answer stands, good or bad."""
    answer = await attempt()
    for wait_seconds in BACKOFF_SECONDS:
        if not answer.is_transient:
            break
        await sleep(wait_seconds)
        answer = await attempt()
    return answer


async def _exchange(
    http: httpx.AsyncClient, outgoing: httpx.Request
) -> tuple[int | None, bytes, str | None, bool]:
    """Give status, body, error and whether anything was sent."""
    try:
        # httpx times each read alone, and a server that drips a byte now and then would
        # never end; this bounds the whole.
        async with asyncio.timeout(http.timeout.read):
            response = await http.send(outgoing, stream=True)
            try:
                body = await _bounded_body(response)
            finally:
                await response.aclose()
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        return None, b"", _sentence(outgoing, error), False
    except (httpx.HTTPError, OSError) as error:
        return None, b"", _sentence(outgoing, error), True
    if body is None:
        sentence = f"{outgoing.url.host} sent more than {BODY_LIMIT_BYTES} bytes; they were left"
        return response.status_code, b"", sentence, True
    return response.status_code, body, None, True


async def _bounded_body(response: httpx.Response) -> bytes | None:
    """Read the body; None as soon as it is too large."""
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > BODY_LIMIT_BYTES:
            return None
    return bytes(body)


def _sentence(outgoing: httpx.Request, error: Exception) -> str:
    """Name the host and the fault in one line, without headers, query or body."""
    place = f"{outgoing.method} {outgoing.url.host}{outgoing.url.path}"
    reason = " ".join(str(error).split())[:200]
    return f"no answer from {place}: {type(error).__name__}{f' ({reason})' if reason else ''}"
