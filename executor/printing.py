"""A reply on the terminal: a table for people, JSON or CSV for programs, notes on stderr."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from executor.reply import Reply

FORMATS = ("table", "json", "csv")


def show(answer: Reply, form: str) -> None:
    """Print the reply."""
    if answer.columns:
        {"table": _table, "json": _json, "csv": _csv}[form](answer)
    for note in answer.notes:
        sys.stderr.write(f"{note}\n")


def _table(answer: Reply) -> None:
    if not answer.rows:
        return
    # Values are data: nothing in them may be read as markup, and nothing may be cut.
    drawn = Table(show_edge=False, pad_edge=False, header_style="bold")
    for column in answer.columns:
        drawn.add_column(column, overflow="fold")
    for row in answer.rows:
        drawn.add_row(*(_cell(value) for value in row))
    Console(markup=False, highlight=False, emoji=False).print(drawn)


def _cell(value: Any) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:.4g}"
        case list() | dict():
            return json.dumps(value)
    return str(value)


def _json(answer: Reply) -> None:
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")


def _csv(answer: Reply) -> None:
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(answer.columns)
    out.writerows([["" if v is None else _cell(v) for v in row] for row in answer.rows])
