"""What every command shares: the database option, the formats, the way to the service."""

from __future__ import annotations

import os
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from executor import printing
from executor.asking import asked
from executor.reply import Reply, Said
from executor.settings import Settings, settings
from kwx_core.errors import UsageError

app = typer.Typer(
    name="kwx",
    help="A trading core for daily temperature ladders whose books prove themselves.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Format = Annotated[str, typer.Option("--format", help="table, json or csv.")]
Reason = Annotated[str, typer.Option(help="Why; written down.")]
DatabaseOption = Annotated[
    Path | None, typer.Option(help="The database; KWX_DATABASE, else the user's state directory.")
]


@app.callback()
def start(context: typer.Context, database: DatabaseOption = None) -> None:
    """A trading core for daily temperature ladders whose books prove themselves."""
    context.obj = settings(os.environ, database)


def found_settings(context: typer.Context) -> Settings:
    """The settings that the command was started with."""
    found: Settings = context.obj
    return found


def words() -> str:
    """The command as typed."""
    return shlex.join(["kwx", *sys.argv[1:]])


def carry_out(
    context: typer.Context, name: str, arguments: dict[str, Any], form: str = "table"
) -> None:
    """Ask the running service, or else open the file; print the reply and exit with its code."""
    answer = answered(context, name, arguments, form)
    printing.show(answer, form)
    raise typer.Exit(answer.exit_code)


def answered(
    context: typer.Context, name: str, arguments: dict[str, Any], form: str = "table"
) -> Reply:
    """What the running service, or else the file, replies to a command."""
    if form not in printing.FORMATS:
        raise UsageError(f"--format is {form!r}, none of {', '.join(printing.FORMATS)}")
    found = found_settings(context)
    said = Said(name, arguments, words())
    answer = asked(found.socket, said)
    if answer is None:
        from executor.dispatch import carried_out_here

        answer = carried_out_here(said, found)
    return answer


def moment(text: str | None) -> str | None:
    """A time as people write it, in ISO form with its zone; UTC where none is given.

    Raises:
        UsageError: it is no time.
    """
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no time; write 2026-06-10T12:00:00Z") from error
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).isoformat()
