"""Commands that make a database, land facts and derive books."""

from __future__ import annotations

import base64
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from executor.cli.root import Format, app, carry_out, found_settings, moment
from kwx_core.errors import UsageError


@app.command()
def init(
    context: typer.Context,
    environment: Annotated[str, typer.Option(help="paper, demo or live.")] = "paper",
    account: Annotated[str, typer.Option(help="Whose books these are.")] = "default",
) -> None:
    """Create the database or bring it up to date, and load the reference data."""
    from kwx_core.store import Store
    from kwx_core.store.database import Account

    found = found_settings(context)
    if environment == "live":
        _refuse_work_tree(found.database)
    Store.create(found.database, Account(environment, account), datetime.now(UTC)).close()
    sys.stderr.write(f"{found.database} is ready: {environment} account {account}\n")


def _refuse_work_tree(database: Path) -> None:
    for folder in database.resolve().parents:
        if (folder / ".git").exists():
            raise UsageError(f"a live database does not belong into the work tree {folder}")


@app.command()
def land(
    context: typer.Context,
    feed: Annotated[str, typer.Argument(help="Which feed the bodies are of.")],
    files: Annotated[list[str], typer.Argument(help="JSON, JSON lines or text; - is stdin.")],
    received_at: Annotated[str | None, typer.Option(help="Else the file's time.")] = None,
    request: Annotated[str | None, typer.Option(help="What the body does not say.")] = None,
    status: Annotated[int, typer.Option(help="The HTTP status it came with.")] = 200,
    form: Format = "table",
) -> None:
    """Land recorded bodies as facts."""
    read = [_file(name, received_at) for name in files]
    said = {"feed": feed, "files": read, "request": request, "status": status}
    carry_out(context, "land", said, form)


def _file(name: str, received_at: str | None) -> dict[str, Any]:
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        changed = datetime.now(UTC).timestamp() if name == "-" else Path(name).stat().st_mtime
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}") from error
    at = moment(received_at) or datetime.fromtimestamp(changed, UTC).isoformat()
    bodies = [base64.b64encode(body).decode() for body in _bodies(content)]
    return {"name": Path(name).name, "received_at": at, "bodies": bodies}


def _bodies(content: bytes) -> list[bytes]:
    """One body, or one a line where the whole is no JSON but each line is."""
    if _is_json(content):
        return [content]
    lines = [line for line in content.splitlines() if line.strip()]
    return lines if len(lines) > 1 and all(_is_json(line) for line in lines) else [content]


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except ValueError:
        return False
    return True


importing = typer.Typer(help="Bring somebody else's books in as facts.", no_args_is_help=True)
app.add_typer(importing, name="import")


@importing.command()
def predecessor(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Its SQLite file; only read.")],
    form: Format = "table",
) -> None:
    """Land the rows of the predecessor's database and read them; again adds nothing."""
    carry_out(context, "import_predecessor", {"file": str(file.absolute())}, form)


@app.command()
def rebuild(
    context: typer.Context,
    stages: Annotated[list[str] | None, typer.Argument(help="parsed, ledger; none = both.")] = None,
    since: Annotated[str | None, typer.Option(help="Start of the window, UTC.")] = None,
    until: Annotated[str | None, typer.Option(help="End of the window, UTC, not included.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why; written down.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Keep it.")] = False,
    form: Format = "table",
) -> None:
    """Derive books anew from the facts; dry unless --write."""
    window = {name: moment(text) for name, text in (("since", since), ("until", until))}
    said = {"stages": stages or [], **window, "reason": reason, "write": write}
    carry_out(context, "rebuild", said, form)
