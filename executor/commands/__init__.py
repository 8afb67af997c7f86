"""What people ask of kwx: one function a command, the same with and without a running service."""

from __future__ import annotations

from executor.commands.audits import audit
from executor.commands.books import land, rebuild
from executor.commands.imports import import_predecessor
from executor.commands.permissions import (
    acknowledge,
    arm,
    block,
    correct,
    disarm,
    halt,
    resume,
    unblock,
)
from executor.commands.reading import orders, positions, sql, status, trace, why
from executor.commands.verify import verify

# They change nothing: the service answers them on a thread beside its loop.
READING = {
    "orders": orders,
    "positions": positions,
    "sql": sql,
    "status": status,
    "trace": trace,
    "why": why,
}
# They write: the service carries them out between two phases of its tick.
WRITING = {
    "acknowledge": acknowledge,
    "arm": arm,
    "audit": audit,
    "block": block,
    "correct": correct,
    "disarm": disarm,
    "halt": halt,
    "import_predecessor": import_predecessor,
    "land": land,
    "rebuild": rebuild,
    "resume": resume,
    "unblock": unblock,
    "verify": verify,
}

__all__ = ["READING", "WRITING"]
