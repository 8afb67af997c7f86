"""Values with the moments from which they held, so that a reader may lag behind."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from datetime import datetime

T = TypeVar("T")


class Timeline(Generic[T]):
    """A value's history; moments never go back."""

    __slots__ = ("_moments", "_values")

    def __init__(self) -> None:
        self._moments: list[datetime] = []
        self._values: list[T] = []

    def put(self, at: datetime, value: T) -> None:
        """From this moment the value holds; a moment before the last one counts as the last."""
        if self._moments and at < self._moments[-1]:
            at = self._moments[-1]
        self._moments.append(at)
        self._values.append(value)

    def seen(self, as_of: datetime) -> T | None:
        """The value that held at a moment, or None before the first."""
        place = bisect_right(self._moments, as_of)
        return self._values[place - 1] if place else None

    def before(self, as_of: datetime) -> T | None:
        """The value that held before the one of this moment."""
        place = bisect_right(self._moments, as_of)
        return self._values[place - 2] if place > 1 else None

    def oldest(self) -> T | None:
        """The first value there was."""
        return self._values[0] if self._values else None
