"""The end of a play on the terminal: books, cash proof, findings, and where the database lies."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from executor.demo.ending import Ending

LEAST_WIDTH = 100
MONEY = ("payout", "cost", "fees", "profit")


def show(ending: Ending, failures: list[str], database: Path) -> None:
    """Print it all."""
    console = Console(highlight=False, emoji=False)
    # Folded cells cannot be read; a narrow terminal wraps whole lines instead.
    console.width = max(console.width, LEAST_WIDTH)
    console.print(_books(ending.books))
    console.print(_table("Cash proof", ending.proof))
    columns = ["severity", "finding", "subject", "first_seen_at", "resolved_at"]
    console.print(_table("Findings", ending.findings.select(columns)))
    for row in ending.findings.filter(ending.findings["severity"] != "info").rows(named=True):
        console.print(f"{row['finding']}: {row['detail']}", markup=False, soft_wrap=True)
    activity = ", ".join(f"{count} {what}" for what, count in ending.activity.items())
    console.print(f"Activity: {activity}", markup=False, soft_wrap=True)
    console.print(f"Database: {database}", markup=False, soft_wrap=True)
    for failure in failures:
        console.print(f"FAILED: {failure}", markup=False, soft_wrap=True)
    if not failures:
        console.print("Every fill is attributed as the exchange's own ids say, every profit equals")
        console.print("the exchange's own account, and the findings are exactly the planted ones.")


def _books(books: pl.DataFrame) -> Table:
    sums = [
        sum((row[name] or Decimal(0) for row in books.rows(named=True)), Decimal(0))
        for name in MONEY
    ]
    drawn = _table("Books", books)
    counts = [str(books[name].sum()) for name in ("orders", "fills")]
    drawn.add_section()
    drawn.add_row("all", "", *counts, *(_cell(one) for one in sums))
    return drawn


def _table(title: str, frame: pl.DataFrame) -> Table:
    drawn = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    for name, kind in frame.schema.items():
        drawn.add_column(name, justify="right" if kind.is_numeric() else "left", overflow="fold")
    for row in frame.rows():
        drawn.add_row(*(_cell(value) for value in row))
    return drawn


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, Decimal):
        return f"{value:.4f}"
    return f"{value:%m-%d %H:%M}" if hasattr(value, "strftime") else str(value)
