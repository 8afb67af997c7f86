"""kwx audit --export: a page and Parquet files that tell what the audits told."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import polars as pl

from executor.export import export
from executor.reply import Reply
from kwx_core.store.queries import names
from tests.executor.kwx import Kwx

if TYPE_CHECKING:
    from pathlib import Path


def test_a_page_without_anything_outside_tells_every_audit_and_its_rows(tmp_path: Path) -> None:
    kwx = Kwx(tmp_path)
    assert kwx("init").code == 0
    fills = tmp_path / "fills.json"
    fills.write_text(json.dumps({"cursor": "", "fills": [{"fill_id": "<f1>"}]}))
    assert kwx("land", "kalshi_fills", str(fills)).code == 0
    assert kwx("rebuild", "--write", "--reason", "first books").code == 0
    folder = tmp_path / "pack"
    done = kwx("audit", "--export", str(folder), "--format", "json")
    assert done.code == 1
    page = (folder / "audit.html").read_text()
    assert not re.search(r"<script|<link|<img|https?://|@import", page)
    sections = re.findall(r"<section class=(\w+)><h2>(\w+)<b>", page)
    assert {name for _, name in sections} == set(names("audit"))
    assert ("failed", "rejected_records") in sections
    assert "passed" in {state for state, _ in sections}
    found = pl.read_parquet(folder / "findings.parquet")
    assert found["finding"].to_list() == [row["finding"] for row in done.rows()]
    assert pl.read_parquet(folder / "rejected_records.parquet").height >= 1


def test_a_folder_that_cannot_be_written_to_is_one_clear_line(tmp_path: Path) -> None:
    kwx = Kwx(tmp_path)
    assert kwx("init").code == 0
    (tmp_path / "pack").write_text("a file")
    done = kwx("audit", "--export", str(tmp_path / "pack"))
    assert (done.code, done.err.count("\n")) == (2, 1)


def test_an_audit_that_could_not_run_has_not_passed(tmp_path: Path) -> None:
    broken = ["audit_broken", "drift_alert", "halt", "drift_alert: no such table", "t", "t", None]
    names_ = ["finding", "subject", "severity", "detail", "first_seen_at", "last_seen_at"]
    export(tmp_path, Reply([*names_, "acknowledged_at"], [broken]), {"kwx": "0"})
    page = (tmp_path / "audit.html").read_text()
    assert "<section class=failed><h2>drift_alert<b>FAIL" in page
    assert "drift_alert: no such table" in page
    assert "1 of " in page
    assert pl.read_parquet(tmp_path / "drift_alert.parquet").height == 1
