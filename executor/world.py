"""Everything outside that a tick touches, handed in: the exchange, the weather, the clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from executor.kalshi.client import KalshiClient
    from executor.settings import Settings
    from executor.weather.client import WeatherClient


@dataclass(frozen=True)
class World:
    """One clock drives signatures, pacing and the tick; a simulated world brings its own."""

    kalshi: KalshiClient
    weather: WeatherClient
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    settings: Settings

    def is_halted(self) -> bool:
        """Whether the kill file stands; looked at before every order that leaves."""
        return self.settings.kill_file.exists()

    async def aclose(self) -> None:
        """Close the connections."""
        await self.kalshi.aclose()
        await self.weather.aclose()
