"""Commands that walk: one tick, or the service."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from executor.cli.root import Format, app, found_settings, words


@app.command()
def tick(context: typer.Context) -> None:
    """Walk once: ask, read, believe, decide, post, account."""
    from executor.service import walk

    walk(found_settings(context), words(), is_once=True, is_observing=False)


@app.command()
def run(
    context: typer.Context,
    observe: Annotated[bool, typer.Option("--observe", help="Never post; say what would.")] = False,
) -> None:
    """Run the service until SIGTERM."""
    from executor.service import walk

    walk(found_settings(context), words(), is_once=False, is_observing=observe)


@app.command()
def demo(
    recorded: Annotated[
        Path | None, typer.Option(help="A folder of recorded markets and trades.")
    ] = None,
    since: Annotated[str, typer.Option("--from", help="First recorded day.")] = "2025-02-10",
    days: Annotated[int, typer.Option(help="How many days.")] = 30,
    seed: Annotated[int, typer.Option(help="Of the simulated world.")] = 20260510,
) -> None:
    """A simulated or recorded span through the real loop; 0 when it ends as planned."""
    from executor.demo.run import show_demo

    raise typer.Exit(show_demo(recorded, since, days, seed))


@app.command()
def drill(
    form: Format = "table",
    output: Annotated[Path | None, typer.Option(help="Where every row goes, as JSON.")] = None,
    feed: Annotated[list[str] | None, typer.Option(help="This feed only; repeat it.")] = None,
    mutation: Annotated[list[str] | None, typer.Option(help="This one only; repeat it.")] = None,
    workers: Annotated[int, typer.Option(help="How many processes play.")] = 2,
) -> None:
    """Let every field of every feed go wrong once; 0 when no book moves unsaid."""
    from executor.drill.run import Asked, show_drill

    raise typer.Exit(show_drill(Asked(form, output, feed or [], mutation or [], workers)))
