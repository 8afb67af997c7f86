"""A fill's trace as one page: a panel a step for people, one nested document for programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

if TYPE_CHECKING:
    from executor.reply import Reply

# Steps of which there may be several; each of the others is one, or is not there.
SEVERAL = ("outcome", "observation")
NOT_FOUND = "not found"


def show(answer: Reply, form: str) -> None:
    """Print the trace: `json` is one document by step, anything else is panels."""
    steps = document(answer)
    if form == "json":
        sys.stdout.write(json.dumps(steps, ensure_ascii=False, indent=1) + "\n")
        return
    # Values are data: nothing in them may be read as markup, and nothing may be cut.
    console = Console(markup=False, highlight=False, emoji=False)
    for step, found in steps.items():
        parts = found if isinstance(found, list) else [found] if found else []
        inside = [_grid(part) for part in parts]
        for number, grid in enumerate(inside, 1):
            title = step if len(inside) == 1 else f"{step} {number} of {len(inside)}"
            console.print(Panel(grid, title=title, title_align="left", box=box.ROUNDED))
        if not inside:
            console.print(f"  {step}: {NOT_FOUND}")


def document(answer: Reply) -> dict[str, Any]:
    """Each step with its fields; null, or an empty list, where nothing was found."""
    parts: dict[str, dict[int, dict[str, Any]]] = {}
    for row in answer.rows:
        told = dict(zip(answer.columns, row, strict=True))
        step = parts.setdefault(told["step"], {})
        # Gates are one name and one verdict each: together they are one table.
        number = 1 if told["step"] == "gate" else told["part"]
        if told["field"] != NOT_FOUND:
            step.setdefault(number, {})[told["field"]] = told["value"]
    return {
        step: list(found.values()) if step in SEVERAL else next(iter(found.values()), None)
        for step, found in parts.items()
    }


def _grid(fields: dict[str, Any]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in fields.items():
        grid.add_row(name, "-" if value is None else str(value))
    return grid
