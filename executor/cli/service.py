"""Commands that walk: one tick, or the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from executor.cli.root import app, found_settings, words
from executor.demo.play import SEED
from executor.demo.run import show_demo
from executor.service import walk

if TYPE_CHECKING:
    from pathlib import Path


@app.command()
def tick(context: typer.Context) -> None:
    """Walk once: ask, read, believe, decide, post, account."""
    walk(found_settings(context), words(), is_once=True, is_observing=False)


@app.command()
def run(
    context: typer.Context,
    observe: Annotated[bool, typer.Option("--observe", help="Never post; say what would.")] = False,
) -> None:
    """Run the service until SIGTERM."""
    walk(found_settings(context), words(), is_once=False, is_observing=observe)


@app.command()
def demo(
    recorded: Annotated[
        Path | None, typer.Option(help="A folder of recorded markets and trades.")
    ] = None,
    since: Annotated[str, typer.Option("--from", help="First recorded day.")] = "2025-02-10",
    days: Annotated[int, typer.Option(help="How many days.")] = 30,
    seed: Annotated[int, typer.Option(help="Of the simulated world.")] = SEED,
) -> None:
    """A simulated or recorded span through the real loop; 0 when it ends as planned."""
    raise typer.Exit(show_demo(recorded, since, days, seed))
