"""A command goes to the running service where there is one, and otherwise opens the file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from executor import runs
from executor.commands import READING, WRITING
from executor.reply import Context, Reply, Said
from executor.settings import policy
from kwx_core import pipeline
from kwx_core.errors import UsageError
from kwx_core.store import Store
from kwx_core.store.database import Account, require

if TYPE_CHECKING:
    from collections.abc import Callable

    from executor.settings import Settings


def carried_out_here(said: Said, found: Settings) -> Reply:
    """Open the file and carry a command out.

    Raises:
        KwxError: it could not be done.
    """
    with Store.open(found.database) as store:
        require_account(store, found)
        return carry_out(store, found, said)


def require_account(store: Store, found: Settings) -> None:
    """Refuse a database of another environment or account than the settings name."""
    have = store.account
    wanted = Account(found.environment or have.environment, found.account or have.account)
    require(have, wanted, store.path)


def carry_out(
    store: Store,
    found: Settings,
    said: Said,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    *,
    is_serving: bool = False,
) -> Reply:
    """Run a command against an open store.

    Raises:
        UsageError: there is no such command, or it was not said in full.
    """
    command = READING.get(said.name) or WRITING.get(said.name)
    if command is None:
        raise UsageError(f"there is no command {said.name!r}")
    at = now()
    run = (
        runs.record(store, said.words, at) if said.name in WRITING else runs.run_id(said.words, at)
    )
    try:
        rules = policy(found)
        if said.name in WRITING:
            pipeline.admit(store, rules, at)
        return command(Context(store, rules, found, at, run, is_serving), said.arguments)
    except KeyError as error:
        raise UsageError(f"{said.name} lacks {error}") from error
    except ValueError as error:
        raise UsageError(f"{said.name}: {error}") from error
