"""Ask the free weather services, politely: one request a second and host at the most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from executor.wire import (
    TIMEOUT_SECONDS,
    Answer,
    Pace,
    Request,
    RequestRefusedError,
    TokenBucket,
    open_http,
    retry_read,
    send_once,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

# aviationweather.gov allows 100 requests a minute and address; nobody asks for more than one
# a second, and nothing here is in a hurry.
POLITE_PACE = Pace(capacity_tokens=1, refill_tokens_per_second=1)
# A service that is asked without a name may refuse, and cannot complain to anybody.
USER_AGENT = "kwx"


class WeatherClient:
    """Read from several hosts, each under its key (`Request.host`) and at its own pace.

    `now` (UTC) and `sleep` (seconds) drive the pacing. Every fault of the network is an
    `Answer`; only an unknown host or a method other than GET raises.
    """

    def __init__(
        self,
        base_urls: Mapping[str, str],
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        user_agent: str = USER_AGENT,
        pace: Pace = POLITE_PACE,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        """Open no connection yet."""
        self._now, self._sleep = now, sleep
        sent_headers = {"accept": "application/json", "user-agent": user_agent}
        self._https = {
            host: open_http(url.rstrip("/"), sent_headers, timeout_seconds)
            for host, url in base_urls.items()
        }
        self._buckets = {host: TokenBucket(pace, now()) for host in base_urls}

    async def aclose(self) -> None:
        """Close the connections (`contextlib.aclosing` calls this)."""
        for http in self._https.values():
            await http.aclose()

    async def fetch(self, request: Request) -> Answer:
        """Read; ask again after a 429, a 5xx or a lost answer, a bounded number of times."""
        if request.method != "GET" or request.host not in self._https:
            raise RequestRefusedError(f"no base URL to {request.method} from {request.host!r}")
        return await retry_read(lambda: self._send(request), self._sleep)

    async def _send(self, request: Request) -> Answer:
        wait_seconds = self._buckets[request.host].reserve(request.cost_tokens, self._now())
        if wait_seconds > 0:
            await self._sleep(wait_seconds)
        return await send_once(self._https[request.host], request, {}, self._now)
