"""A player: the day played once, and every case held against the same ticks without it."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from executor.drill.judge import Row, Sound, judged
from executor.drill.mutations import is_changed, is_of_bodies
from executor.drill.rehearsal import Rehearsal, rehearsed
from executor.drill.stage import BETWEEN_TICKS, FIRST_TICK, moment, played
from executor.settings import policy, settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from executor.drill.mutations import Case

# What each feed answered, body by body.
Heard = dict[str, list[bytes]]
Moments = tuple["datetime", ...]
# Asked for more often than there is something to tell.
REPORTED_EVERY = {"metar": timedelta(hours=1)}
# A tick comes when the tolerance is over, not at its very second.
PAST = timedelta(seconds=60)


@dataclass(frozen=True)
class Feed:
    """A feed that the service asks: where, for which records, and how often."""

    name: str
    path: str
    record_path: str
    cadence_seconds: int


@dataclass
class Player:
    """Plays cases in a folder of its own; sound runs are kept, one for each pair of moments."""

    feeds: Sequence[Feed]
    folder: Path
    _sound: dict[tuple[datetime, ...], tuple[Sound, Heard]] = field(default_factory=dict)
    _held: ExitStack = field(default_factory=ExitStack)
    _rehearsal: Rehearsal | None = None

    def __enter__(self) -> Self:
        """Play the day up to the snapshot, and serve it."""
        paths = {feed.name: feed.path for feed in self.feeds}
        database = self.folder / "day" / "kwx.duckdb"
        snapshot = asyncio.run(played(database, paths))
        rehearsal = rehearsed(snapshot, paths, self.folder / "cases")
        self._rehearsal = self._held.enter_context(rehearsal)
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def judged(self, case: Case) -> Row:
        """Play one case; its outcome.

        What changes no byte of any answer need not be played: it is the sound run.
        """
        moments = self._moments(case)
        sound, heard = self.sound(moments)
        bodies = heard.get(case.feed, [])
        if is_of_bodies(case) and not any(is_changed(case, body) for body in bodies):
            return judged(case, sound, sound.free)
        found = self._playing.played(case, moments, is_held=case.is_of_the_clock)
        return judged(case, sound, found.ticks)

    def sound(self, moments: Moments) -> tuple[Sound, Heard]:
        """What is to be seen at these moments when nothing goes wrong, and what is answered."""
        if moments not in self._sound:
            free = self._playing.played(None, moments)
            held = self._playing.played(None, moments, is_held=True)
            self._sound[moments] = Sound(free.ticks, held.ticks), free.heard
        return self._sound[moments]

    @property
    def _playing(self) -> Rehearsal:
        assert self._rehearsal is not None
        return self._rehearsal

    def _moments(self, case: Case) -> Moments:
        """Two ticks, some minutes apart; for the clock's cases, as far as the feed may be late."""
        first = moment(*FIRST_TICK)
        if not case.is_of_the_clock:
            return first, first + BETWEEN_TICKS
        found = settings({}, self.folder / "cases" / "case.duckdb")
        cadence = next(feed.cadence_seconds for feed in self.feeds if feed.name == case.feed)
        late = timedelta(seconds=cadence * policy(found).feeds.late_after_cadences)
        if case.mutation == "stale":
            late += REPORTED_EVERY.get(case.feed, timedelta())
        return first, first + max(late, BETWEEN_TICKS) + PAST
