"""Who runs: every command that writes leaves a row with its version and words."""

from __future__ import annotations

import hashlib
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from kwx_core.contracts.audit import Runs

if TYPE_CHECKING:
    from datetime import datetime

    from kwx_core.store import Store


def run_id(command: str, now: datetime) -> str:
    """The name of one run of one command."""
    return hashlib.sha256(f"{command}|{now.isoformat()}".encode()).hexdigest()[:16]


def record(store: Store, command: str, started_at: datetime) -> str:
    """Write the run down; its id."""
    commit_id, is_dirty = _checkout()
    row = {
        "run_id": run_id(command, started_at),
        "started_at": started_at,
        "version": _version(),
        "commit_id": commit_id,
        "is_dirty": is_dirty,
        "command": command,
    }
    kinds = {name: column.dtype.type for name, column in Runs.to_schema().columns.items()}
    with store.transaction():
        store.append(Runs, Runs.validate(pl.DataFrame([row], schema=kinds)))
    return row["run_id"]  # type: ignore[return-value]


def _version() -> str:
    try:
        return version("kwx")
    except PackageNotFoundError:
        return "uninstalled"


def _checkout() -> tuple[str | None, bool | None]:
    """The commit of the checkout that this code runs from; nothing outside one."""
    folder = Path(__file__).resolve().parents[1]
    if not (folder / ".git").exists():
        return None, None
    commit = _git(folder, "rev-parse", "HEAD")
    return (
        (commit.strip() or None, bool(_git(folder, "status", "--porcelain")))
        if commit
        else (
            None,
            None,
        )
    )


def _git(folder: Path, *words: str) -> str:
    try:
        asked = subprocess.run(  # noqa: S603 - fixed words, no shell
            ["git", *words],  # noqa: S607 - whichever git the user has
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout if asked.returncode == 0 else ""
