"""kwx demo: play, with a progress bar, and judge."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from executor.demo import checks, report
from executor.demo.play import OF_THE_RECORD, PLANTED, Play, perform, recorded, simulated
from kwx_core.errors import UsageError

if TYPE_CHECKING:
    from executor.demo.ending import Ending

HEALTHY, NEEDS_YOU = 0, 1


def show_demo(folder: Path | None, since: str, days: int, seed: int) -> int:
    """Play a simulated month, or a recorded span of a folder; the exit code.

    Raises:
        UsageError: the folder or the days are not there.
    """
    try:
        play = (
            recorded(folder, date.fromisoformat(since), days)
            if folder
            else simulated(seed=seed, days=days)
        )
        database = Path(tempfile.mkdtemp(prefix="kwx-demo-")) / "kwx.duckdb"
        ending = asyncio.run(_with_progress(play, database))
    except (ValueError, FileNotFoundError) as error:
        raise UsageError(str(error)) from error
    least = checks.LEAST_RECORDED if folder else checks.LEAST_SIMULATED
    failures = checks.failures(ending, PLANTED if play.has_drifts else OF_THE_RECORD, least)
    failures += checks.wrong_winners(ending, folder) if folder else checks.early(ending)
    report.show(ending, failures, database)
    return NEEDS_YOU if failures else HEALTHY


async def _with_progress(play: Play, database: Path) -> Ending:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeElapsedColumn())  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("ticks", total=len(play.moments))
        return await perform(play, database, lambda done, _: progress.update(task, completed=done))
