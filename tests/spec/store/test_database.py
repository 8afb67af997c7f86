"""The file: one owner, one account, and one clear line for everything that is wrong with it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from kwx_core import resources
from kwx_core.errors import (
    DatabaseCorrupt,
    DatabaseLocked,
    DatabaseMissing,
    DiskFull,
    StoreError,
    UsageError,
    WrongDatabase,
)
from kwx_core.store import Store, database
from kwx_core.store.database import Account
from tests.conftest import PAPER
from tests.shared import ROOT
from tests.spec.drawn import DAY, land

HOLDER = """
import sys, time
from pathlib import Path
from kwx_core.store import Store
store = Store.open(Path(sys.argv[1]))
print("open", flush=True)
time.sleep(60)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "kwx.duckdb"
    Store.create(found, PAPER, DAY).close()
    return found


def test_creating_twice_keeps_what_is_there(path: Path) -> None:
    with Store.open(path) as store:
        land(store, "kalshi_fills", {"fills": []})
    with Store.create(path, PAPER, DAY) as store:
        assert store.frame("select count(*) as n from landed.requests")["n"][0] == 1


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissing, match="run kwx init"):
        Store.open(tmp_path / "none.duckdb")


@pytest.mark.parametrize(
    "content", [b"this is no database", b"\x00" * 20_000, b"{}"], ids=["text", "zeros", "json"]
)
def test_a_file_that_is_no_database_is_named_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "kwx.duckdb"
    path.write_bytes(content)
    with pytest.raises(DatabaseCorrupt, match="cannot be read"):
        Store.open(path)


def read_reference(path: Path) -> None:
    with Store.open(path) as store:
        store.frame("select * from ref.fields")


def land_until(store: Store, polls: int) -> None:
    for minute in range(polls):
        land(store, "kalshi_fills", os.urandom(400_000), received_at=f"12:{minute:02}")


def test_a_damaged_file_is_named_so(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 5] = b"\xff" * 8192
    path.write_bytes(content)
    with pytest.raises(DatabaseCorrupt, match="cannot be read"):
        read_reference(path)


def test_a_foreign_duckdb_file_is_named_so(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "kwx.duckdb"
    duckdb.connect(str(path)).execute("create table t (a integer)").close()
    with pytest.raises(DatabaseCorrupt, match="no kwx database"):
        Store.open(path)


def test_a_file_in_use_names_its_owner(path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(DatabaseLocked, match=f"process {holder.pid}"):
            Store.open(path)
    finally:
        holder.kill()
        holder.communicate()


@pytest.mark.parametrize(
    "other", [Account("live", "spec"), Account("paper", "else")], ids=["environment", "account"]
)
def test_a_database_of_another_account_is_refused(path: Path, other: Account) -> None:
    with pytest.raises(WrongDatabase, match="belongs to paper account spec"):
        Store.create(path, other, DAY)


def test_an_environment_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none of paper, demo, live"):
        Store.create(tmp_path / "kwx.duckdb", Account("prod", "x"), DAY)


def test_a_full_disk_keeps_nothing_of_the_transaction(path: Path) -> None:
    room = path.stat().st_size + 200_000
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Store.open(path) as store:
        land(store, "kalshi_fills", {"fills": []})
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
        try:
            with pytest.raises(DiskFull, match="no room"):
                land_until(store, 60)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    with Store.open(path) as store:
        whole = store.frame(
            "select count(*) as n from landed.requests as requests "
            "anti join landed.bodies as bodies on bodies.body_sha256 = requests.body_sha256"
        )
        assert whole["n"][0] == 0
        assert store.frame("select count(*) as n from landed.requests")["n"][0] >= 1


def test_migrations_are_applied_once_in_order_and_never_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kwx.duckdb"
    Store.create(path, PAPER, DAY).close()
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_add.sql").write_text("alter table audit.runs add column host varchar")
    (folder / "0002_fill.sql").write_text("update audit.runs set host = 'unknown'")
    monkeypatch.setattr(
        database, "resource",
        lambda *parts: folder if parts[-1] == "migrations" else resources.resource(*parts),
    )  # fmt: skip
    con = database.connect(path)
    assert database.migrate(con, DAY) == ["0001_add.sql", "0002_fill.sql"]
    assert database.migrate(con, DAY) == []
    assert "host" in [row[0] for row in con.execute("describe audit.runs").fetchall()]
    (folder / "0001_add.sql").write_text("select 1")
    with pytest.raises(StoreError, match="changed after"):
        database.migrate(con, DAY)


def test_a_migration_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kwx.duckdb"
    Store.create(path, PAPER, DAY).close()
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_bad.sql").write_text(
        "alter table audit.runs add column host varchar; select * from nowhere"
    )
    monkeypatch.setattr(
        database, "resource",
        lambda *parts: folder if parts[-1] == "migrations" else resources.resource(*parts),
    )  # fmt: skip
    con = database.connect(path)
    with pytest.raises(StoreError, match="0001_bad"):
        database.migrate(con, DAY)
    assert "host" not in [row[0] for row in con.execute("describe audit.runs").fetchall()]
    assert con.execute("select count(*) from ref.migrations").fetchall() == [(0,)]
