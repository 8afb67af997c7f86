"""Where the paper exchange reads the time, and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Whatever can say the time."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""


class SimulatedClock:
    """A clock that stands still until somebody moves it forward."""

    def __init__(self, start: datetime) -> None:
        self._now = _aware(start)

    def now(self) -> datetime:
        """The moment it was last moved to."""
        return self._now

    def advance(self, to: datetime) -> None:
        """Move forward to a moment.

        Raises:
            ValueError: the moment lies in the past of this clock, or has no zone.
        """
        moment = _aware(to)
        if moment < self._now:
            raise ValueError(f"the clock stands at {self._now}, it cannot go back to {moment}")
        self._now = moment


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The present moment of this machine, in UTC."""
        return datetime.now(UTC)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone: say which, the exchange keeps UTC")
    return moment.astimezone(UTC)
