"""The judge: a case beside the same ticks without it.

A book that moved must have halted entries in the same tick, with a finding that names feed and
field. What only became unknown needs such a finding, and need not halt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from executor.drill.books import Books, books, difference
from kwx_core.store.queries import select

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from executor.drill.mutations import Case
    from executor.loop import Service
    from kwx_core.store import Store
    from kwx_core.store.audits import Seen as Finding

UNMOVED, HALTED, SILENT, FALSE_HALT = "unmoved", "halted", "silent", "false_halt"
OUTCOMES = (UNMOVED, HALTED, SILENT, FALSE_HALT)
MOST_FALSE_HALTS = 0.02


@dataclass(frozen=True)
class Seen:
    """What is to be seen after a tick."""

    books: Books
    is_halted: bool
    entries: int  # orders that were to leave
    findings: list[Finding]


@dataclass(frozen=True)
class Sound:
    """The ticks with nothing wrong: as they went, and with no order leaving in the first."""

    free: list[Seen]
    held: list[Seen]


@dataclass(frozen=True)
class Row:
    """What the drill reports of one case; `moved` names what moved or became unknown."""

    feed: str
    field: str | None
    mutation: str
    is_benign: bool
    outcome: str
    finding: str | None = None
    moved: str | None = None


def seen(service: Service, since: datetime) -> Seen:
    """Look at the books, the decisions and the findings after a tick that began at `since`."""
    store = service.store
    is_halted, entries = _health(store, since, service.world.now())
    return Seen(books(store), is_halted, entries, list(service.open_findings))


def judged(case: Case, sound: Sound, spoiled: Sequence[Seen]) -> Row:
    """The outcome of a case: its ticks beside the same ticks of the sound run.

    After a tick that let no order leave, the sound run is the one in which none left either:
    what was not traded has not moved. What the clock alone can tell is judged at the last tick.
    """
    is_silent = is_halted = is_held = False
    told: list[Finding] = []
    moved: set[str] = set()
    for number, after in enumerate(spoiled):
        before = (sound.held if is_held else sound.free)[number]
        is_held |= bool(before.entries and not after.entries)
        if case.is_of_the_clock and number < len(spoiled) - 1:
            continue
        changed = difference(before.books, after.books)
        fresh = [one for one in after.findings if one not in before.findings]
        named = [one for one in fresh if names(case, one)]
        halts = after.is_halted and not before.is_halted
        is_silent |= bool(changed.moved) and not (halts and named)
        is_silent |= bool(changed.unknown or halts) and not named
        is_halted |= halts
        told += named or fresh
        moved |= {*changed.moved, *(f"{column}?" for column in changed.unknown)}
    outcome = SILENT if is_silent else HALTED if is_halted else UNMOVED
    if case.is_benign and is_halted:
        outcome = FALSE_HALT
    return _row(case, outcome, told, moved)


def _row(case: Case, outcome: str, told: Sequence[Finding], moved: set[str]) -> Row:
    said = min(told, key=lambda one: one.severity != "halt", default=None)
    finding = f"{said.finding} {said.severity}: {said.subject}: {said.detail}" if said else None
    return Row(
        case.feed, case.field, case.mutation, case.is_benign, outcome, finding,
        " ".join(sorted(moved)) or None,
    )  # fmt: skip


def names(case: Case, finding: Finding) -> bool:
    """Whether a finding names the feed that a case is about, and its field where it has one."""
    said = f"{finding.subject} {finding.detail}"
    words = [case.feed, *([case.path[-1]] if case.path else [])]
    return all(re.search(rf"\b{re.escape(word)}", said) for word in words)


def is_passed(rows: Sequence[Row]) -> bool:
    """No silence, and hardly a halt for nothing."""
    harmless = [row for row in rows if row.is_benign]
    false_halts = sum(row.outcome == FALSE_HALT for row in harmless)
    is_silent = any(row.outcome == SILENT for row in rows)
    return not is_silent and false_halts <= MOST_FALSE_HALTS * len(harmless)


def _health(store: Store, since: datetime, as_of: datetime) -> tuple[bool, int]:
    """Whether the tick let no order leave for its health's sake, and how many were to leave."""
    told = store.frame(_HEALTH, since=since).row(0, named=True)
    if told["intents"] or told["healthy"]:
        return False, told["intents"]
    halts = store.frame(select("decided", "halts"), as_of=as_of)
    return bool(told["decisions"]) or not halts.is_empty(), 0


_HEALTH = """
with decisions as (
    select
        decision_id,
        bool_and(passed is true) filter (
            where gate in ('feed_health', 'not_halted', 'positions_known')
        ) as is_healthy
    from decided.gates
    where decision_id in (
        select made.decision_id from decided.decisions as made where made.decided_at >= $since
    )
    group by decision_id
)

select
    count(*) as decisions,
    count(*) filter (where is_healthy) as healthy,
    (
        select count(*) from posted.intents
        where kind = 'create' and intended_at >= $since
    ) as intents
from decisions
"""
