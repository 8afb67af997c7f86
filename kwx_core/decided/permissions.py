"""What people and policy allow a strategy to do with a family, at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from kwx_core.contracts.base import Frame
    from kwx_core.contracts.decided import Permissions
    from kwx_core.policy import Policy

_ANY = "*"
_ENDS_AN_ARM = frozenset({"disarmed", "blocked"})


@dataclass(frozen=True)
class Permission:
    """What holds for one strategy and family; `armed_until_at` is None where nothing is armed."""

    is_blocked: bool
    is_halted: bool
    armed_until_at: datetime | None


@dataclass(frozen=True)
class _Word:
    scope: tuple[str, str]
    state: str
    set_at: datetime
    until_at: datetime | None


def permission(
    permissions: Frame[Permissions],
    strategy_id: str,
    family: str,
    policy: Policy,
    as_of: datetime,
) -> Permission:
    """Read the dated words that concern a strategy and family, whatever the case of letters.

    A block and a halt are lifted only in the scope they were set in, and what policy blocks only
    policy unblocks. An arm needs an end at most as far off as policy allows; any later disarm or
    block ends it, so that lifting the block revives nothing.
    """
    said = _concerning(permissions, strategy_id, family, as_of)
    is_blocked = policy.permissions.is_blocked(strategy_id, family)
    longest = timedelta(hours=policy.permissions.longest_arm_hours)
    return Permission(
        is_blocked=is_blocked or _holds(said, "blocked", "unblocked"),
        is_halted=_holds(said, "halted", "resumed"),
        armed_until_at=_armed_until(said, longest, as_of),
    )


def _concerning(
    permissions: Frame[Permissions], strategy_id: str, family: str, as_of: datetime
) -> list[_Word]:
    wanted = ({_ANY, strategy_id.lower()}, {_ANY, family.lower()})
    words = [
        _Word((strategy.lower(), about.lower()), state.lower(), set_at, until_at)
        for strategy, about, state, set_at, until_at in permissions.select(
            "strategy_id", "family", "state", "set_at", "until_at"
        ).iter_rows()
        if set_at <= as_of
    ]
    concerning = [w for w in words if w.scope[0] in wanted[0] and w.scope[1] in wanted[1]]
    return sorted(concerning, key=lambda word: word.set_at)


def _holds(said: list[_Word], sets: str, lifts: str) -> bool:
    latest = {word.scope: word.state for word in said if word.state in {sets, lifts}}
    return sets in latest.values()


def _armed_until(said: list[_Word], longest: timedelta, as_of: datetime) -> datetime | None:
    ended_at = max((word.set_at for word in said if word.state in _ENDS_AN_ARM), default=None)
    ends = [
        word.until_at
        for word in said
        if word.state == "armed"
        and word.until_at is not None
        and word.until_at - word.set_at <= longest
        and (ended_at is None or word.set_at > ended_at)
    ]
    return max((end for end in ends if end > as_of), default=None)
