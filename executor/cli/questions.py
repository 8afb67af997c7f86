"""Commands that ask: SQL, audits, and the operator's questions."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from executor import printing, tracing
from executor.cli.root import Format, answered, app, carry_out, found_settings, moment


@app.command()
def sql(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="One SELECT.")],
    form: Format = "table",
) -> None:
    """Read with SQL."""
    carry_out(context, "sql", {"query": query}, form)


@app.command()
def audit(
    context: typer.Context,
    since: Annotated[str | None, typer.Option(help="Only what was seen since then.")] = None,
    as_of: Annotated[str | None, typer.Option(help="The moment to judge from; else now.")] = None,
    export: Annotated[
        Path | None, typer.Option(help="Write a page and Parquet files into this folder.")
    ] = None,
    form: Format = "table",
) -> None:
    """Run the audits; silent and 0 when healthy."""
    said = {
        "since": moment(since),
        "as_of": moment(as_of),
    }
    answer = answered(context, "audit", said, form)
    if export is not None:
        from executor.export import export as written

        found = found_settings(context)
        judged = said["as_of"] or datetime.now(UTC).isoformat(timespec="seconds")
        about = {"database": str(found.database), "as of": judged, "kwx": version("kwx")}
        for path in written(export, answer, about):
            typer.echo(f"{path} written", err=True)
    printing.show(answer, form)
    raise typer.Exit(answer.exit_code)


@app.command()
def verify(
    context: typer.Context,
    books: Annotated[bool, typer.Option(help="Compare the books with a rebuild, too.")] = True,
    hashes: Annotated[bool, typer.Option("--hashes", help="List every table's hash.")] = False,
    form: Format = "table",
) -> None:
    """Check the seals of the facts, and that the books are what a rebuild gives."""
    carry_out(context, "verify", {"books": books, "hashes": hashes}, form)


@app.command()
def status(context: typer.Context, form: Format = "table") -> None:
    """Mode, permissions, cash proof, open findings, last observation a station."""
    carry_out(context, "status", {}, form)


@app.command()
def positions(context: typer.Context, form: Format = "table") -> None:
    """What each book holds of markets that have not settled."""
    carry_out(context, "positions", {}, form)


@app.command()
def orders(context: typer.Context, form: Format = "table") -> None:
    """Every intent with its last word, newest first."""
    carry_out(context, "orders", {}, form)


@app.command()
def why(
    context: typer.Context,
    ticker: Annotated[str, typer.Argument(help="The market.")],
    form: Format = "table",
) -> None:
    """Every gate of the last decision on a market."""
    carry_out(context, "why", {"ticker": ticker}, form)


@app.command()
def trace(
    context: typer.Context,
    fill_id: Annotated[str, typer.Argument(help="The fill, as parsed.fills names it.")],
    form: Format = "table",
) -> None:
    """Walk from a fill to its order, intent, decision, gates, belief, reports and payout."""
    answer = answered(context, "trace", {"fill_id": fill_id}, form)
    (printing if form == "csv" else tracing).show(answer, form)
    raise typer.Exit(answer.exit_code)
