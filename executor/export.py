"""The audit pack as files: one page that needs nothing but itself, and Parquet beside it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import polars as pl

from kwx_core.errors import UsageError
from kwx_core.store.audits import BROKEN
from kwx_core.store.queries import header, names, select

if TYPE_CHECKING:
    from pathlib import Path

    from executor.reply import Reply

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; color: #1b1b1b }
section { border-left: .4rem solid #2e7d32; margin: 1.2rem 0; padding: .1rem 1rem }
section.failed { border-color: #b71c1c } section.told { border-color: #f9a825 }
h2 { font-size: 1.05rem; margin: .3rem 0 } h2 b { float: right }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { text-align: left; vertical-align: top; padding: .2rem .6rem }
tr { border-bottom: 1px solid #ddd }
p.seen { color: #555 }
"""


def export(folder: Path, answer: Reply, about: dict[str, str]) -> list[Path]:
    """Write `audit.html`, `findings.parquet` and one Parquet file an audit that found something.

    `answer` is the reply of kwx audit; `about` says of which database and moment it is.

    Raises:
        UsageError: the folder cannot be written to.
    """
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    told = {name: [row for row in rows if _audit_of(row) == name] for name in names("audit")}
    tables = {"findings": rows} | {name: found for name, found in told.items() if found}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        page = folder / "audit.html"
        page.write_text(_page(told, about), encoding="utf-8")
        written = [page]
        for name, found in tables.items():
            path = folder / f"{name}.parquet"
            _frame(found, answer.columns).write_parquet(path)
            written.append(path)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written to: {error.strerror}") from error
    return written


def _audit_of(row: dict[str, Any]) -> str:
    """The audit that a row is told of: one that could not run has not passed."""
    return str(row["subject"] if row["finding"] == BROKEN else row["finding"])


def _frame(rows: list[dict[str, Any]], columns: list[str]) -> pl.DataFrame:
    cells = [[None if row[name] is None else str(row[name]) for name in columns] for row in rows]
    return pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String), orient="row")


def _page(told: dict[str, list[dict[str, Any]]], about: dict[str, str]) -> str:
    known = "".join(f"<tr><th>{escape(k)}</th><td>{escape(v)}</td></tr>" for k, v in about.items())
    failed = sum(_state(rows) == "failed" for rows in told.values())
    sections = "".join(_section(name, rows) for name, rows in told.items())
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>kwx audit</title>"
        f"<style>{_STYLE}</style><h1>{failed} of {len(told)} audits need you</h1>"
        f"<table>{known}</table>{sections}</html>\n"
    )


def _section(name: str, rows: list[dict[str, Any]]) -> str:
    about = header(select("audit", name))
    state = _state(rows)
    word = {"failed": "FAIL", "told": "told", "passed": "pass"}[state]
    drawn = "".join(
        "<tr>" + "".join(f"<td>{escape(str(row[c] or '-'))}</td>" for c in _SHOWN) + "</tr>"
        for row in rows
    )
    head = "".join(f"<th>{column.replace('_', ' ')}</th>" for column in _SHOWN)
    return (
        f"<section class={state}><h2>{escape(name)}<b>{word}</b></h2>"
        f"<p>Finding: {escape(about.get('finding', '-'))}.</p>"
        f"<p class=seen>Seen: {escape(about.get('seen', '-'))}</p>"
        + (f"<table><tr>{head}</tr>{drawn}</table>" if rows else "")
        + "</section>"
    )


_SHOWN = ("severity", "subject", "detail", "first_seen_at", "last_seen_at", "acknowledged_at")


def _state(rows: list[dict[str, Any]]) -> str:
    """As the exit code counts: above info, and not acknowledged."""
    counting = [r for r in rows if r["severity"] != "info" and r["acknowledged_at"] is None]
    return "failed" if counting else "told" if rows else "passed"
