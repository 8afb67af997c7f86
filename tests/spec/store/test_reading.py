"""A person's query reads; whatever else it tries leaves every file as it was."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kwx_core.errors import StatementRefused
from kwx_core.store import Store
from tests.conftest import PAPER
from tests.spec.drawn import DAY, land

ATTACKS = {
    "copy to": "copy (select 1) to '{folder}/out.csv'",
    "copy a table to": "copy landed.bodies to '{folder}/out.csv'",
    "explain analyze copy": "explain analyze copy (select 1) to '{folder}/out.csv'",
    "export": "export database '{folder}/out'",
    "attach": "attach '{folder}/other.duckdb' as other",
    "set": "set threads = 1",
    "reset": "reset threads",
    "pragma": "pragma database_list",
    "call": "call pragma_version()",
    "checkpoint": "checkpoint",
    "temp table": "create temp table stolen as select * from landed.bodies",
    "insert": "insert into ref.account values ('live', 'x', now(), 1)",
    "delete": "delete from landed.bodies",
    "update": "update ref.account set environment = 'live'",
    "drop": "drop table landed.bodies",
    "two statements": "select 1; delete from landed.bodies",
    "a comment and a second statement": "select 1 --\n; drop table landed.bodies",
    "read_text": "select * from read_text('/etc/hostname')",
    "read_csv": "select * from read_csv('/etc/passwd')",
    "a file as a table": "select * from '/etc/passwd'",
    "glob": "select * from glob('/*')",
    "install": "install httpfs",
    "load": "load httpfs",
    "begin": "begin transaction",
    "commit": "commit",
    "use": "use memory",
    "prepare": "prepare x as delete from landed.bodies",
    "nothing": "",
    "a cte that writes": "with gone as (delete from landed.bodies returning *) select * from gone",
    "nextval": "select nextval('nothing')",
    "getenv": "select getenv('HOME')",
}


def fingerprints(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with Store.create(tmp_path / "kwx.duckdb", PAPER, DAY) as store:
        land(store, "kalshi_fills", {"fills": []})
    return tmp_path


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_is_refused_and_no_file_changes(home: Path, attack: str) -> None:
    with Store.open(home / "kwx.duckdb") as store:
        before = fingerprints(home)
        with pytest.raises(StatementRefused):
            store.query(attack.replace("{folder}", str(home)))
        assert fingerprints(home) == before
        assert store.query("select count(*) from landed.bodies").item() == 1


def test_a_query_reads(home: Path) -> None:
    with Store.open(home / "kwx.duckdb") as store:
        assert store.query("select feed from landed.requests").item() == "kalshi_fills"


def test_times_are_utc_wherever_the_reader_is(home: Path) -> None:
    with Store.open(home / "kwx.duckdb") as store:
        shown = store.query("select received_at::varchar from landed.requests").item()
        assert shown == "2026-06-10 12:00:00+00"


def test_a_query_that_takes_too_long_is_stopped(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kwx_core.store import reading

    monkeypatch.setattr(reading, "TIME_LIMIT_SECONDS", 0.3)
    with Store.open(home / "kwx.duckdb") as store, pytest.raises(StatementRefused, match="stopped"):
        store.query("select count(*) from range(100000000000) as a, range(1000) as b")


def test_a_query_that_yields_too_much_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kwx_core.store import reading

    monkeypatch.setattr(reading, "ROW_LIMIT", 10)
    with Store.open(home / "kwx.duckdb") as store:
        assert store.query("select * from range(10)").height == 10
        with pytest.raises(StatementRefused, match="more than 10 rows"):
            store.query("select * from range(11)")
