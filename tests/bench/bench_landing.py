"""Landing a page beside inserting the same bytes bare: goal at least half the speed."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from kwx_core.store import Landing, Store
from kwx_core.store.database import Account

PAGES, PAGE_BYTES, ROUNDS = 400, 200_000, 3
DAY = datetime(2026, 6, 10, tzinfo=UTC)


def pages() -> list[bytes]:
    """Distinct texts of a page's size, as hard to compress as real ones are easy."""
    return [os.urandom(PAGE_BYTES // 2).hex().encode() for _ in range(PAGES)]


def landed(folder: Path, bodies: list[bytes]) -> float:
    with Store.create(folder / "kwx.duckdb", Account("paper", "bench"), DAY) as store:
        landings = [
            Landing(
                "kalshi_fills", "/fills", f"p{n}", 0, is_last_page=True, status_code=200,
                requested_at=DAY + timedelta(seconds=n), received_at=DAY + timedelta(seconds=n),
                body=body,
            )
            for n, body in enumerate(bodies)
        ]  # fmt: skip
        began = time.perf_counter()
        store.land(landings)
        return time.perf_counter() - began


def bare(folder: Path, bodies: list[bytes]) -> float:
    con = duckdb.connect(str(folder / "bare.duckdb"))
    con.execute("create table bodies (sha256 varchar, body varchar)")
    began = time.perf_counter()
    rows = pl.DataFrame(
        {
            "sha256": [hashlib.sha256(body).hexdigest() for body in bodies],
            "body": [body.decode() for body in bodies],
        }
    )
    con.register("rows", rows)
    con.execute("insert into bodies select * from rows")
    took = time.perf_counter() - began
    con.close()
    return took


def main() -> None:
    """Print the ratio of the best rounds."""
    bodies = pages()
    ours, theirs = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            ours.append(landed(Path(folder), bodies))
            theirs.append(bare(Path(folder), bodies))
    size = PAGES * PAGE_BYTES / 1e6
    print(f"land {size / min(ours):.0f} MB/s, bare insert {size / min(theirs):.0f} MB/s")
    print(f"landing runs at {min(theirs) / min(ours):.2f} of the bare insert (goal >= 0.50)")


if __name__ == "__main__":
    main()
