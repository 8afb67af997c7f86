"""`python -m tests.properties.corruption`: seeded edits of facts and books, and who noticed.

A finished world is copied for every edit: a row dropped or doubled, a value flipped, a cent or one
unit added, the values of two rows swapped. The table and column are drawn uniformly over all facts
and books that have rows. An edit counts where a number that a person reads is another one, at once
or once the books are derived again; one that counts and gives no finding is silent.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import polars as pl

from executor.demo.play import perform, simulated
from kwx_core.store import Store, verify
from kwx_core.store.catalog import BOOK_TABLES, BOOKS, FACTS, REBUILT_STAGES, SEALS, TABLES
from kwx_core.store.frames import types
from kwx_core.store.queries import bound, names, select
from kwx_core.store.rebuild import EVER
from tests.properties.full_world import DAY, full_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from kwx_core.store.seals import Fault

DRAWN = (*FACTS, SEALS, *BOOK_TABLES)
# What people read besides the reports: the books of money, the findings, and where a number came
# from: a fill, its decision, the forecast, the observations.
READ_TABLES = (
    *(f"ledger.{noun}" for noun in BOOKS), "audit.findings", "parsed.observations",
    "forecast.channels", "forecast.daily_extremes", "forecast.evidence", "forecast.fair_values",
)  # fmt: skip
# Of facts, books are made from these alone.
FEEDING = ("landed.", "decided.", "posted.", "audit.")


@dataclass(frozen=True)
class Edit:
    """One change of one file: of which table and column, what was done, to which row or rows."""

    table: str
    column: str
    kind: str
    row: int
    other: int


@dataclass(frozen=True)
class Noticed:
    """What came of an edit."""

    edit: Edit
    counts: bool
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Untouched:
    """The world before any edit: what can be drawn, what people read, what is open."""

    columns: list[tuple[str, str]]
    numbers: list[list[tuple[Any, ...]]]
    findings: set[tuple[str, str]]


@cache
def untouched(database: Path) -> Untouched:
    """Looked at once."""
    with Store.open(database, read_only=True) as store:
        columns = [
            (table, column)
            for table in DRAWN
            if store.frame(f"select 1 from {table} limit 1").height
            for column in types(TABLES[table].contract)
        ]
        return Untouched(columns, read_numbers(store), open_findings(store))


def drawn_edit(store: Store, columns: list[tuple[str, str]], chance: random.Random) -> Edit:
    """Any table and column that has rows, whatever may be done to it, any of its rows."""
    table, column = chance.choice(columns)
    rows = store.frame(
        f'select rowid, "{column}"::varchar as word from {table} where "{column}" is not null'
    )
    kinds = _kinds(types(TABLES[table].contract)[column], column) if rows.height else []
    kind = chance.choice(["drop", "double", *kinds])
    if not rows.height or kind in {"drop", "double"}:
        rows = store.frame(f"select rowid, null as word from {table}")
    row, word = chance.choice(rows.rows())
    others = [other for other, said in rows.rows() if said != word]
    if kind == "swap" and not others:
        kind = "double"
    return Edit(table, column, kind, row, chance.choice(others) if others else row)


def _kinds(kind: pl.DataType, column: str) -> list[str]:
    if kind.is_numeric() or kind.is_temporal():
        return ["add", "swap"] if kind.is_integer() and column.endswith("_seq") else ["add"]
    if kind == pl.String and column.endswith(("_id", "ticker", "sha256", "subject", "table_name")):
        return ["swap"]
    return ["flip"]


def carry(store: Store, edit: Edit) -> None:
    """Make the edit, behind the back of everything."""
    table, column, con = edit.table, f'"{edit.column}"', store._con
    match edit.kind:
        case "drop":
            con.execute(f"delete from {table} where rowid = {edit.row}")
        case "double":
            con.execute(f"insert into {table} select * from {table} where rowid = {edit.row}")
        case "swap":
            con.execute(
                f"update {table} set {column} = (select {column} from {table} as other "
                f"where other.rowid = if({table.split('.')[1]}.rowid = {edit.row}, {edit.other}, "
                f"{edit.row})) where rowid in ({edit.row}, {edit.other})"
            )
        case _:
            changed = _changed(types(TABLES[table].contract)[edit.column], column)
            con.execute(f"update {table} set {column} = {changed} where rowid = {edit.row}")


def _changed(kind: pl.DataType, column: str) -> str:
    """The SQL of another value: a cent or a unit more, the other side, the words turned round."""
    match kind:
        case pl.Boolean:
            return f"not {column}"
        case pl.Decimal() | pl.Float64():
            return f"{column} + 0.01"
        case pl.Datetime():
            return f"{column} + interval 1 second"
        case pl.List():
            return f"list_concat({column}, {column})"
        case pl.Binary:
            return f"{column} || {column}"
        case _ if kind == pl.String:
            return (
                f"case {column} when 'yes' then 'no' when 'no' then 'yes' when 'bid' then 'ask' "
                f"when 'ask' then 'bid' else {column} || '0' end"
            )
    return f"{column} + 1"


def read_numbers(store: Store) -> list[list[tuple[Any, ...]]]:
    """Everything that the reports and the money's tables print, and the trace of every fill."""
    ever = dict(zip(("since", "until"), EVER, strict=True))
    queries = [select("report", name) for name in names("report") if name != "trace"]
    queries += [f"select * from {name}" for name in READ_TABLES]
    found = [store.frame(query, **bound(query, ever)) for query in queries]
    fills = store.frame("select distinct fill_id from parsed.fills order by 1")["fill_id"]
    trace = select("report", "trace")
    found += [store.frame(trace, fill_id=fill_id) for fill_id in fills]
    return [sorted(rows.rows(), key=repr) for rows in found]


def noticed(database: Path, as_of: datetime, seed: int, *, is_counted: bool = True) -> Noticed:
    """Edit a copy; what verify and the audits say of it, and whether people read other numbers.

    Unless `is_counted`, an edit that is found counts only where people read other numbers at once:
    to know what it would come to in the books costs more than all the rest.
    """
    with TemporaryDirectory() as folder:
        copy = Path(shutil.copy(database, folder))
        with Store.open(copy) as store:
            was = untouched(database)
            chance = random.Random(seed)  # noqa: S311 - a seeded drill, no secret
            edit = drawn_edit(store, was.columns, chance)
            carry(store, edit)
            counts = read_numbers(store) != was.numbers
            findings = _verified(store, edit)
            if not findings:
                store.audit(as_of, "drill")
                findings = {finding for finding, _ in open_findings(store) - was.findings}
            if not counts and (is_counted or not findings):
                counts = _derived(store, edit) != was.numbers
            return Noticed(edit, counts, tuple(sorted(findings)))


def _verified(store: Store, edit: Edit) -> set[str]:
    """The findings of `kwx verify`, whose half that is about such a table is asked first."""
    halves: list[Callable[[], list[Fault]]] = [
        lambda: store.verify(with_books=False),
        lambda: verify.books(store.rebuild(REBUILT_STAGES, write=False).changes),
    ]
    if edit.table in BOOK_TABLES:
        halves.reverse()
    return next((found for half in halves if (found := {one.finding for one in half()})), set())


def _derived(store: Store, edit: Edit) -> list[list[tuple[Any, ...]]]:
    """What people read once the edit has come through to the books."""
    if edit.table.startswith("parsed."):
        store.derive_all()
    elif edit.table.startswith(FEEDING):
        store.rebuild(REBUILT_STAGES, write=True)
    return read_numbers(store)


def open_findings(store: Store) -> set[tuple[str, str]]:
    """What the audits have open."""
    rows = store.frame("select finding, subject from audit.findings where resolved_at is null")
    return set(rows.rows())


def clean(seed: int) -> list[str]:
    """What is found in a demo day of this seed that nobody touched: nothing, if all is well."""
    with TemporaryDirectory() as folder:
        database = Path(folder) / "kwx.duckdb"
        plan = simulated(seed=seed, days=1, has_drifts=False)
        ended = asyncio.run(perform(plan, database, lambda *_: None)).ended_at
        with Store.open(database) as store:
            store.seal(ended + DAY)
            store.audit(ended, "drill")
            rows = store.frame(
                "select finding || ' ' || subject from audit.findings where severity <> 'info'"
            )
            faults = [f"{one.finding} {one.table_name} {one.detail}" for one in store.verify()]
            return [f"seed {seed}: {line}" for line in (*rows.to_series(), *faults)]


def told(found: list[Noticed]) -> dict[str, Any]:
    """The figures of a drill."""
    counting = [one for one in found if one.counts]
    silent = [vars(one.edit) for one in counting if not one.findings]
    return {
        "edits": len(found),
        "counting": len(counting),
        "found": len(counting) - len(silent),
        "found_of_all": sum(1 for one in found if one.findings),
        "findings": dict(Counter(finding for one in found for finding in one.findings)),
        "silent": silent,
        "unnoticed": [vars(one.edit) for one in found if not one.findings],
    }


def main() -> None:
    """The whole drill."""
    options = argparse.ArgumentParser(description="Seeded edits of facts and books.")
    for name, count in (("edits", 300), ("days", 4), ("clean", 50), ("seed", 1), ("workers", 2)):
        options.add_argument(f"--{name}", type=int, default=count)
    asked = options.parse_args()
    # A fork would inherit the threads' locks of the database that the world was played in.
    pool = ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn"))
    with TemporaryDirectory() as folder, pool:
        database, as_of = full_world(Path(folder), asked.days, asked.seed)
        each: Callable[[int], Noticed] = partial(noticed, database, as_of)
        drill = told(list(pool.map(each, range(asked.seed, asked.seed + asked.edits))))
        drill["clean_worlds"] = asked.clean
        drill["clean_findings"] = [
            line for lines in pool.map(clean, range(asked.clean)) for line in lines
        ]
    sys.stdout.write(json.dumps(drill, indent=1) + "\n")
    bad = drill["clean_findings"] or drill["found"] < 0.95 * drill["counting"]
    raise SystemExit(1 if bad else 0)


if __name__ == "__main__":
    main()
