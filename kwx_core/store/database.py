"""One file, one owner: opening, locking down, creating and migrating a database."""

from __future__ import annotations

import hashlib
import re
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from kwx_core.errors import (
    DatabaseCorrupt,
    DatabaseLocked,
    DatabaseMissing,
    DiskFull,
    StoreError,
    UsageError,
    WrongDatabase,
)
from kwx_core.resources import resource, text
from kwx_core.store.catalog import STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

MEMORY = Path(":memory:")
ENVIRONMENTS = ("paper", "demo", "live")


@dataclass(frozen=True)
class Account:
    """Whose database it is; one database serves one account of one environment."""

    environment: str
    account: str


def connect(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open the file and lock the configuration down: UTC, no way to the outside.

    Raises:
        DatabaseLocked: another process owns the file.
        DatabaseCorrupt: the file is not a readable database.
    """
    with translated(path):
        # The newest storage version keeps long strings zstd-compressed; bodies are long strings.
        config: dict[str, str | bool | int | float | list[str]] = (
            {} if read_only else {"storage_compatibility_version": "latest"}
        )
        con = duckdb.connect(str(path), read_only=read_only, config=config)
        _settle_pandas()
        con.execute("set global TimeZone = 'UTC'")
        # A statement of more than two seconds would draw its bar into what programs read.
        con.execute("set enable_progress_bar = false")
        con.execute("set enable_external_access = false")
        con.execute("set lock_configuration = true")
        return con


def _settle_pandas() -> None:
    """Say once that pandas is not there.

    DuckDB 1.5 looks for it at every value that is bound, through the whole path, and remembers
    only that it was found: a twentieth of a tick.
    """
    if find_spec("pandas") is None:
        sys.modules["pandas"] = None  # type: ignore[assignment]


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing. A commit that fails has already rolled back by itself."""
    con.begin()
    try:
        yield
        con.commit()
    except BaseException:
        with suppress(duckdb.TransactionException):
            con.rollback()
        raise


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what DuckDB raises about the file into an error with one clear line."""
    try:
        yield
    except (duckdb.IOException, duckdb.TransactionException) as error:
        raise _meaning(path, str(error)) from error
    except (
        duckdb.SerializationException,
        duckdb.InternalException,
        duckdb.FatalException,
    ) as error:
        raise DatabaseCorrupt(f"{path} cannot be read as a database: {_line(error)}") from error


def _meaning(path: Path, message: str) -> StoreError:
    if "set lock" in message:
        owner = re.search(r"PID (\d+)", message)
        who = f" (process {owner.group(1)})" if owner else ""
        return DatabaseLocked(f"{path} is in use{who}; stop it or use its socket")
    if "No space left" in message or "File too large" in message or "disk" in message.lower():
        return DiskFull(f"no room to write {path}; free some and try again, nothing was kept")
    if "No such file" in message or "does not exist" in message:
        return DatabaseMissing(f"{path} does not exist; run kwx init")
    return DatabaseCorrupt(f"{path} cannot be read as a database: {message.splitlines()[0]}")


def _line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def is_empty(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the file holds no table at all."""
    rows = con.execute("select count(*) from duckdb_tables() where not internal").fetchall()
    return bool(rows[0][0] == 0)


def create(con: duckdb.DuckDBPyConnection, owner: Account, created_at: datetime) -> None:
    """Lay down every stage's tables in an empty database; one transaction.

    Raises:
        UsageError: the environment is none of paper, demo, live.
    """
    if owner.environment not in ENVIRONMENTS:
        raise UsageError(f"environment {owner.environment!r} is none of {', '.join(ENVIRONMENTS)}")
    steps = _migrations()
    newest = max([number for number, _, _ in steps], default=0)
    with transaction(con):
        for stage in STAGES:
            con.execute(text("sql", "schema", f"{stage}.sql"))
        for step in steps:
            _record(con, step, created_at)
        con.execute(
            "insert into ref.account values (?, ?, ?, ?, null)",
            [owner.environment, owner.account, created_at, newest],
        )


def restore(con: duckdb.DuckDBPyConnection, stages: Sequence[str]) -> None:
    """Lay down, without a row, the stages that somebody has dropped; the caller's transaction."""
    rows = con.execute("select schema_name from duckdb_schemas()").fetchall()
    there = {row[0] for row in rows}
    for stage in stages:
        if stage not in there:
            con.execute(text("sql", "schema", f"{stage}.sql"))


def migrate(con: duckdb.DuckDBPyConnection, applied_at: datetime) -> list[str]:
    """Apply the migrations this database has not seen, each in one transaction; their names.

    Raises:
        StoreError: one failed and left nothing behind, or an applied one's text has changed since.
    """
    seen = dict(con.execute("select number, sha256 from ref.migrations").fetchall())
    applied = []
    for number, name, script in _migrations():
        if number not in seen:
            _apply(con, (number, name, script), applied_at)
            applied.append(name)
        elif seen[number] != _sha256(script):
            raise StoreError(f"migration {name} was changed after it had been applied")
    return applied


def _apply(
    con: duckdb.DuckDBPyConnection, step: tuple[int, str, str], applied_at: datetime
) -> None:
    try:
        with transaction(con):
            con.execute(step[2])
            _record(con, step, applied_at)
    except duckdb.Error as error:
        raise StoreError(f"migration {step[1]} failed: {_line(error)}") from error
    con.execute("checkpoint")


def _migrations() -> list[tuple[int, str, str]]:
    folder = resource("sql", "schema", "migrations")
    files = [f for f in folder.iterdir() if f.name.endswith(".sql")] if folder.is_dir() else []
    found = [(int(f.name.split("_")[0]), f.name, f.read_text(encoding="utf-8")) for f in files]
    return sorted(found)


def _record(
    con: duckdb.DuckDBPyConnection, step: tuple[int, str, str], applied_at: datetime
) -> None:
    number, name, script = step
    con.execute(
        "insert into ref.migrations values (?, ?, ?, ?)",
        [number, name, _sha256(script), applied_at],
    )


def _sha256(script: str) -> str:
    return hashlib.sha256(script.encode()).hexdigest()


def account(con: duckdb.DuckDBPyConnection, path: Path) -> Account:
    """Whose database this is.

    Raises:
        DatabaseCorrupt: it was never made by `kwx init`.
    """
    try:
        rows = con.execute("select environment, account from ref.account").fetchall()
    except duckdb.CatalogException as error:
        raise DatabaseCorrupt(f"{path} is no kwx database; run kwx init elsewhere") from error
    environment, name = rows[0]
    return Account(environment, name)


def require(found: Account, wanted: Account, path: Path) -> None:
    """Refuse a database of another environment or account.

    Raises:
        WrongDatabase: it is not the one the settings speak of.
    """
    if found != wanted:
        raise WrongDatabase(
            f"{path} belongs to {found.environment} account {found.account}, "
            f"not to {wanted.environment} account {wanted.account}"
        )
