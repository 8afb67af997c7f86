"""The store: the verbs that everything else uses, and nothing but verbs."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Self

from kwx_core.contracts.posted import Outcomes
from kwx_core.errors import DatabaseMissing
from kwx_core.store import (
    audits,
    books,
    database,
    frames,
    landing,
    ledger,
    pending,
    reading,
    rebuild,
    reference,
    seals,
    verify,
)
from kwx_core.store.catalog import NOUNS, REBUILT_STAGES
from kwx_core.store.rebuild import EVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import duckdb
    import polars as pl

    from kwx_core.contracts.base import C, Frame


class _DryRunError(Exception):
    """Rolls a rebuild back after it has been looked at."""


class Store:
    """One open database. Every write is a transaction of its own unless one is held."""

    def __init__(self, con: duckdb.DuckDBPyConnection, path: Path) -> None:
        self._con = con
        self.path = path
        self.account = database.account(con, path)
        self._readings: dict[str, pending.Reading] = {}
        self._derived: ledger.Derived | None = None
        self._told: dict[str, audits.Told] = {}
        self._sealed_on: date | None = None

    @classmethod
    def create(cls, path: Path, owner: database.Account, created_at: datetime) -> Self:
        """Make a database, or bring the one that is there up to date; ref is loaded anew."""
        if path != database.MEMORY:
            path.parent.mkdir(parents=True, exist_ok=True)
        con = database.connect(path)
        with database.translated(path):
            # An empty file is what a crash in the middle of creating leaves behind.
            if database.is_empty(con):
                database.create(con, owner, created_at)
            database.require(database.account(con, path), owner, path)
            database.migrate(con, created_at)
            reference.load(con)
        return cls(con, path)

    @classmethod
    def in_memory(cls, owner: database.Account, created_at: datetime) -> Self:
        """A database that is gone when it is closed."""
        return cls.create(database.MEMORY, owner, created_at)

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """Open a database that `kwx init` has made.

        Raises:
            DatabaseMissing, DatabaseLocked, DatabaseCorrupt: as they say.
        """
        if not path.exists():
            raise DatabaseMissing(f"{path} does not exist; run kwx init")
        return cls(database.connect(path, read_only=read_only), path)

    def _forget(self) -> None:
        """Books are about to be made anew, or reference has changed: nothing is known of them."""
        self._readings.clear()
        self._told.clear()
        self._derived = None

    def close(self) -> None:
        """Let go of the file."""
        self._con.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Never held across a network call."""
        with database.translated(self.path), database.transaction(self._con):
            yield

    def declare(self, noun: str, rows: pl.DataFrame) -> None:
        """Replace reference rows by an account's own, by grain. One commit."""
        self._forget()
        with database.translated(self.path):
            reference.declare(self._con, noun, rows)

    def expect_collateral_return(self, since: datetime | None) -> None:
        """Say since when the exchange gives this account collateral back; None = it does not."""
        stated = "select collateral_return_at from ref.account"
        if self._con.execute(stated).fetchall()[0][0] == since:
            return
        self._forget()
        with self.transaction():
            self._con.execute("update ref.account set collateral_return_at = ?", [since])

    def land(self, landings: Sequence[landing.Landing], environment: str | None = None) -> int:
        """Keep what the world said; the number of new polls. One commit."""
        with database.translated(self.path):
            since, until = landing.land(
                self._con, landings, environment or self.account.environment
            )
        return until - since

    def parse(self, *nouns: str) -> dict[str, books.Counts]:
        """Read what has landed since the nouns (all, where none is named) were read. One commit."""
        try:
            with database.translated(self.path):
                return pending.parse_pending(self._con, nouns or tuple(NOUNS), self._readings)
        except BaseException:
            self._readings.clear()
            raise

    def derive(self, noun: str, window: tuple[datetime, datetime] = EVER) -> int:
        """Replace a window of a ledger book; rows written. One commit."""
        self._derived = None
        with self.transaction():
            return ledger.derive(self._con, noun.removeprefix("ledger."), window).rows

    def derive_all(self, window: tuple[datetime, datetime] = EVER) -> dict[str, int]:
        """Replace a window of the whole ledger; rows written, by book. One commit."""
        self._derived = None
        with self.transaction():
            return ledger.derive_all(self._con, window)

    def derive_changed(self, window: tuple[datetime, datetime]) -> dict[str, int]:
        """As `derive_all`, unless nothing has changed since: then only balances are proven."""
        was, self._derived = self._derived, None
        with self.transaction():
            written, derived = ledger.derive_changed(self._con, window, was)
        self._derived = derived
        return written

    def rebuild(
        self,
        stages: Sequence[str],
        window: tuple[datetime, datetime] = EVER,
        *,
        write: bool,
        record: Callable[[rebuild.Rebuilt], None] = lambda _: None,
    ) -> rebuild.Rebuilt:
        """Derive books anew and tell what changes; without `write` nothing stays.

        What is written is recorded in the same commit by `record`.
        """
        found: rebuild.Rebuilt | None = None
        self._forget()
        with suppress(_DryRunError), self.transaction():
            found = rebuild.rebuilt(self._con, stages, window)
            if not write:
                raise _DryRunError
            record(found)
        assert found is not None
        return found

    def seal(self, as_of: datetime) -> int:
        """Seal the facts of the days that have ended; rows sealed. One commit, once a day.

        Nothing of the new day may have landed yet.
        """
        if self._sealed_on == as_of.astimezone(UTC).date():
            return 0
        with self.transaction():
            rows = seals.seal(self._con, as_of)
        self._sealed_on = as_of.astimezone(UTC).date()
        return rows

    def verify(self, *, with_books: bool = True) -> list[seals.Fault]:
        """Where facts differ from what landed, and books from what the facts give; none = sound."""
        with database.translated(self.path):
            found = verify.facts(self._con)
        if with_books:
            found += verify.books(self.rebuild(REBUILT_STAGES, write=False).changes)
        return found

    def standing(self) -> pl.DataFrame:
        """Every table of facts and books with its rows and its hash; see `verify.standing`."""
        return verify.standing(self._con)

    def digests(self) -> dict[str, str]:
        """Each book's hash: the same in every database whose book says the same."""
        return {name: said.sha256 for name, said in verify.digests(self._con).items()}

    def read(self, contract: type[C], query: str | None = None, **values: Any) -> Frame[C]:
        """A table, or a query's rows, as a frame of the contract; names and types are checked."""
        return frames.read(self._con, contract, query, values)

    def frame(self, query: str, **values: Any) -> pl.DataFrame:
        """The rows of one of our own queries, where no contract is stored."""
        return frames.frame(self._con, query, values)

    def append(self, contract: type[C], rows: Frame[C]) -> int:
        """Add facts that are not there yet, by grain. One commit unless one is held."""
        return frames.append(self._con, contract, rows)

    def record(self, outcome: Frame[Outcomes]) -> int:
        """Write one word of the exchange down. One commit, alone, at once."""
        with self.transaction():
            return self.append(Outcomes, outcome)

    def audit(self, as_of: datetime, run_id: str) -> list[audits.Seen]:
        """Run every audit and write down what changed; what is open now."""
        with database.translated(self.path):
            return audits.audit(self._con, as_of, run_id, self._told, self._derived)

    def audit_rows(self, finding: str, as_of: datetime) -> list[audits.Seen]:
        """Run one audit and write nothing."""
        return audits.seen(self._con, finding, as_of)

    def query(self, query: str) -> pl.DataFrame:
        """A person's SELECT, guarded."""
        return reading.people_query(self._con, query)
