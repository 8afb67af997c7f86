"""What a command needs and what it answers; both can cross the socket."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from executor.settings import Settings
    from kwx_core.policy import Policy
    from kwx_core.store import Store

HEALTHY, NEEDS_YOU, FAILED = 0, 1, 2


@dataclass(frozen=True)
class Said:
    """A command as it was given: its name, its arguments, the words as typed."""

    name: str
    arguments: dict[str, Any]
    words: str


@dataclass(frozen=True)
class Context:
    """What a command works with."""

    store: Store
    policy: Policy
    settings: Settings
    now: datetime
    run_id: str
    is_serving: bool = False


@dataclass(frozen=True)
class Reply:
    """A table for stdout, lines for stderr, and the exit code."""

    columns: list[str] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    exit_code: int = HEALTHY

    def plain(self) -> dict[str, Any]:
        """The reply as JSON can carry it."""
        return {
            "columns": self.columns,
            "rows": self.rows,
            "notes": self.notes,
            "exit_code": self.exit_code,
        }


def reply(frame: pl.DataFrame, notes: list[str] | None = None, exit_code: int = HEALTHY) -> Reply:
    """A frame as a reply: every value as JSON can carry it and a person reads it."""
    rows = [[plain(value) for value in row] for row in frame.rows()]
    return Reply(frame.columns, rows, notes or [], exit_code)


def plain(value: Any) -> Any:
    """One value for JSON and for people: exact decimals, ISO times, UTC."""
    match value:
        case datetime():
            return value.isoformat(sep=" ").replace("+00:00", "Z")
        case Decimal() | date():
            return f"{value:f}" if isinstance(value, Decimal) else value.isoformat()
        case bytes():
            return base64.b64encode(value).decode()
        case list() | tuple():
            return [plain(one) for one in value]
        case dict():
            return {key: plain(one) for key, one in value.items()}
    is_finite = not isinstance(value, float) or math.isfinite(value)
    return value if is_finite else None
