"""A person's word: who may trade, whose fill it was, what is known about a finding."""

from __future__ import annotations

import getpass
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from executor.reply import Context, Reply, reply
from kwx_core.contracts.audit import Acknowledgements
from kwx_core.contracts.decided import Permissions
from kwx_core.contracts.posted import Corrections
from kwx_core.errors import UsageError

if TYPE_CHECKING:
    from kwx_core.contracts.base import Contract

ALL = "*"
_HOURS = {"h": 1.0, "m": 1 / 60, "d": 24.0}


def arm(context: Context, said: dict[str, Any]) -> Reply:
    """Permit a strategy to trade a family for a while; it ends by itself."""
    hours = _hours(said["lasting"])
    longest = context.policy.permissions.longest_arm_hours
    if hours > longest:
        raise UsageError(f"an arm lasts {longest:g} hours at most, not {hours:g}")
    strategy_id, family = _strategy(context, said), _family(context, said["family"])
    if context.policy.permissions.is_blocked(strategy_id, family):
        raise UsageError(f"policy blocks {family} for {strategy_id}; only policy can unblock it")
    return _set(context, said, "armed", until_at=context.now + timedelta(hours=hours))


def disarm(context: Context, said: dict[str, Any]) -> Reply:
    """Take a permission back."""
    return _set(context, said, "disarmed")


def block(context: Context, said: dict[str, Any]) -> Reply:
    """Forbid a family; stronger than any arm, and it ends the arm that stands."""
    return _set(context, said, "blocked")


def unblock(context: Context, said: dict[str, Any]) -> Reply:
    """Lift a block; nothing is armed by that."""
    return _set(context, said, "unblocked")


def halt(context: Context, said: dict[str, Any]) -> Reply:
    """Let no order leave: the kill file first, then the row."""
    context.settings.kill_file.touch(mode=0o600)
    return _set(context, {**said, "family": ALL}, "halted")


def resume(context: Context, said: dict[str, Any]) -> Reply:
    """Let orders leave again."""
    answer = _set(context, {**said, "family": ALL}, "resumed")
    context.settings.kill_file.unlink(missing_ok=True)
    return answer


def _set(
    context: Context, said: dict[str, Any], state: str, until_at: datetime | None = None
) -> Reply:
    row = {
        "strategy_id": _strategy(context, said),
        "family": _family(context, said["family"]),
        "state": state,
        "set_at": context.now,
        "until_at": until_at,
        "reason": _reason(said),
        "set_by": getpass.getuser(),
    }
    return _append(context, Permissions, row)


def correct(context: Context, said: dict[str, Any]) -> Reply:
    """Say whose fill it was; the strongest evidence there is."""
    known = context.store.frame(
        "select fill_id from parsed.fills where fill_id = $fill_id", fill_id=said["fill_id"]
    )
    if known.is_empty():
        raise UsageError(f"there is no fill {said['fill_id']!r}")
    if not said.get("strategy"):
        raise UsageError("say which strategy with --strategy")
    row = {
        "fill_id": said["fill_id"],
        "made_at": context.now,
        "strategy_id": _strategy(context, said),
        "reason": _reason(said),
        "made_by": getpass.getuser(),
    }
    answer = _append(context, Corrections, row)
    context.store.derive_all()
    return answer


def acknowledge(context: Context, said: dict[str, Any]) -> Reply:
    """Say that a finding is known; it stays listed and no longer counts."""
    known = context.store.frame(
        "select finding from audit.findings where finding = $finding and subject = $subject",
        finding=said["finding"],
        subject=said["subject"],
    )
    if known.is_empty():
        raise UsageError(f"there is no finding {said['finding']} about {said['subject']!r}")
    row = {
        "finding": said["finding"],
        "subject": said["subject"],
        "acknowledged_at": context.now,
        "reason": _reason(said),
        "made_by": getpass.getuser(),
    }
    return _append(context, Acknowledgements, row)


def _append(context: Context, contract: type[Contract], row: dict[str, Any]) -> Reply:
    kinds = {name: column.dtype.type for name, column in contract.to_schema().columns.items()}
    frame = contract.validate(pl.DataFrame([row], schema=kinds))
    with context.store.transaction():
        context.store.append(contract, frame)
    return reply(frame)


def _strategy(context: Context, said: dict[str, Any]) -> str:
    wanted = said.get("strategy") or ALL
    known = context.store.frame("select strategy_id from ref.strategies order by 1")
    strategies = known["strategy_id"].to_list()
    if wanted != ALL and wanted not in strategies:
        raise UsageError(f"there is no strategy {wanted!r}; there are {', '.join(strategies)}")
    return str(wanted)


def _family(context: Context, family: str) -> str:
    # Case is folded here, so that a block cannot be missed by the case of its letters.
    folded = family.upper()
    known = context.store.frame(
        "select series_ticker from ref.series where series_ticker = $family", family=folded
    )
    if folded != ALL and known.is_empty():
        raise UsageError(f"there is no series {family!r} in the reference data")
    return folded


def _reason(said: dict[str, Any]) -> str:
    reason = str(said.get("reason") or "").strip()
    if not reason:
        raise UsageError("say why with --reason")
    return reason


def _hours(text: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([hmd])", text)
    if not match:
        raise UsageError(f"--for is {text!r}; write 24h, 90m or 1d")
    hours = float(match.group(1)) * _HOURS[match.group(2)]
    if hours <= 0:
        raise UsageError("an arm lasts longer than nothing")
    return hours
