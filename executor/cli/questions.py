"""Commands that ask: SQL, audits, and the operator's questions."""

from __future__ import annotations

from typing import Annotated

import typer

from executor.cli.root import Format, app, carry_out, moment


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
    form: Format = "table",
) -> None:
    """Run the audits; silent and 0 when healthy."""
    said = {
        "since": moment(since),
        "as_of": moment(as_of),
    }
    carry_out(context, "audit", said, form)


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
