"""kwx drill: every case played by a few processes, a table at the end, and what it proves."""

from __future__ import annotations

import csv
import json
import multiprocessing
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from executor import printing
from executor.drill.fields import fields
from executor.drill.judge import OUTCOMES, UNMOVED, Row, is_passed
from executor.drill.mutations import cases
from executor.drill.player import Feed, Player
from executor.reply import HEALTHY, NEEDS_YOU, reply
from kwx_core.errors import UsageError
from kwx_core.resources import resource

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from executor.drill.mutations import Case

# Lists that the exchange gives page by page; the others are one body each.
PAGED = (
    "kalshi_fills", "kalshi_markets", "kalshi_orders", "kalshi_positions", "kalshi_settlements",
)  # fmt: skip
# One word of each feed that nobody reads, where its records have one.
UNUSED = {
    "kalshi_fills": "user_id", "kalshi_markets": "title", "kalshi_orders": "user_id",
    "kalshi_positions": "last_updated_ts", "metar": "name", "open_meteo": "timezone",
}  # fmt: skip
# As much of a finding as a terminal can bear.
WIDTH = 100
KINDS = {
    "feed": pl.String, "field": pl.String, "mutation": pl.String, "is_benign": pl.Boolean,
    "outcome": pl.String, "finding": pl.String, "moved": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What of the drill is wanted, and how: no feeds and no mutations are all of them."""

    form: str
    output: Path | None
    feeds: Sequence[str]
    mutations: Sequence[str]
    workers: int


def show_drill(asked: Asked) -> int:
    """Run the drill and print what is not as it was; the exit code.

    Raises:
        UsageError: there is no such feed, mutation or format.
    """
    known = asked_feeds()
    tried = all_cases(known)
    _require("format", [asked.form], printing.FORMATS)
    _require("feed", asked.feeds, {feed.name for feed in known})
    _require("mutation", asked.mutations, {case.mutation for case in tried})
    wanted = [
        case
        for case in tried
        if case.feed in (asked.feeds or {case.feed})
        and case.mutation in (asked.mutations or {case.mutation})
    ]
    rows = _with_progress(known, wanted, asked.workers)
    if asked.output:
        text = json.dumps([asdict(row) for row in rows], indent=1)
        asked.output.write_text(text + "\n", encoding="utf-8")
    _print(rows, asked.form)
    return HEALTHY if is_passed(rows) else NEEDS_YOU


def _require(what: str, given: Sequence[str], known: Collection[str]) -> None:
    if unknown := sorted(set(given) - set(known)):
        raise UsageError(f"{what} {', '.join(unknown)} is none of {', '.join(sorted(known))}")


def asked_feeds() -> list[Feed]:
    """The feeds that the service asks for by itself: those of `ref.feeds` with a cadence."""
    text = resource("data", "feeds.csv").read_text(encoding="utf-8")
    return [
        Feed(row["feed"], row["path"], row["record_path"], int(row["cadence_seconds"]))
        for row in csv.DictReader(text.splitlines())
        if row["cadence_seconds"]
    ]


def all_cases(known: Sequence[Feed]) -> list[Case]:
    """Everything that the drill tries on these feeds."""
    used = fields({feed.name: feed.record_path for feed in known})
    return cases(used, UNUSED, PAGED)


def drilled(
    known: Sequence[Feed], wanted: Sequence[Case], workers: int, on_row: Callable[[Row], None]
) -> list[Row]:
    """Play the cases in so many processes (0: in this one); a row each, in the order wanted."""
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="kwx-drill-")))
        rows = (
            _in_processes(known, wanted, folder, workers)
            if workers
            else _here(known, wanted, folder)
        )
        found = {}
        for case, row in rows:
            on_row(row)
            found[case] = row
    return [found[case] for case in wanted]


def _here(
    known: Sequence[Feed], wanted: Sequence[Case], folder: Path
) -> Iterator[tuple[Case, Row]]:
    with Player(known, folder) as player:
        for case in wanted:
            yield case, player.judged(case)


def _in_processes(
    known: Sequence[Feed], wanted: Sequence[Case], folder: Path, workers: int
) -> Iterator[tuple[Case, Row]]:
    """Each process plays the day itself: a started process shares nothing with another."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, fresh, _begin, (known, folder)) as pool:
        under_way = {pool.submit(_judged, case): case for case in wanted}
        for one in as_completed(under_way):
            yield under_way[one], one.result()


_PLAYERS: list[Player] = []


def _begin(known: Sequence[Feed], folder: Path) -> None:
    player = Player(known, folder / str(multiprocessing.current_process().pid))
    _PLAYERS.append(player.__enter__())  # lasts as long as the process


def _judged(case: Case) -> Row:
    return _PLAYERS[0].judged(case)


def _with_progress(known: Sequence[Feed], wanted: Sequence[Case], workers: int) -> list[Row]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeElapsedColumn())  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("cases", total=len(wanted))
        return drilled(known, wanted, workers, lambda _: progress.advance(task))


def _print(rows: Sequence[Row], form: str) -> None:
    """Everything for programs; for people what did not simply stay as it was, and the sums."""
    shown = [row for row in rows if form != "table" or row.outcome != UNMOVED]
    frame = pl.DataFrame([asdict(row) for row in shown], schema=KINDS)
    if form == "table":
        frame = frame.with_columns(pl.col("finding", "moved").str.slice(0, WIDTH))
    counts = {outcome: sum(row.outcome == outcome for row in rows) for outcome in OUTCOMES}
    said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    printing.show(reply(frame, [f"{len(rows)} cases: {said}"]), form)
