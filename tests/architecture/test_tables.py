"""The law of four places: DDL, contract, maker and spec; and the first two say the same."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from kwx_core.contracts.base import columns
from kwx_core.store import Store
from kwx_core.store.catalog import BOOKS, NOUNS, REFERENCE, STAGES, TABLES
from kwx_core.store.frames import types
from tests.shared import ROOT

DUCKDB_TYPES = {
    pl.String: "VARCHAR",
    pl.Int64: "BIGINT",
    pl.Int32: "INTEGER",
    pl.Float64: "DOUBLE",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
    pl.Binary: "BLOB",
    pl.Datetime("us", "UTC"): "TIMESTAMP WITH TIME ZONE",
    pl.Decimal(18, 6): "DECIMAL(18,6)",
    pl.Decimal(18, 2): "DECIMAL(18,2)",
    pl.List(pl.Float64): "DOUBLE[]",
}
# A person or the shell writes these; their DDL names the writer, and there is no maker file.
FACTS_OF_PEOPLE_AND_SHELL = {
    "ref.account",
    "ref.migrations",
    "landed.requests",
    "landed.bodies",
    "parsed.progress",
    "parsed.rejects",
    "decided.policies",
    "decided.permissions",
    "decided.admissions",
    "posted.outcomes",
    "posted.corrections",
    "audit.observations",
    "audit.acknowledgements",
    "audit.rebuilds",
    "audit.changes",
    "audit.runs",
    "audit.seals",
}


def stored(store: Store) -> set[str]:
    found = store.frame(
        "select schema_name || '.' || table_name as name from duckdb_tables() "
        "where not temporary and not internal"
    )
    return set(found["name"].to_list())


def test_every_stored_table_has_a_contract_and_every_contract_a_table(store: Store) -> None:
    assert stored(store) == set(TABLES)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_contract_says_what_the_ddl_says(store: Store, name: str) -> None:
    stage, noun = name.split(".")
    ddl = store.frame(
        "select column_name, data_type, is_nullable from duckdb_columns() "
        "where schema_name = $stage and table_name = $noun order by column_index",
        stage=stage,
        noun=noun,
    ).rows()
    contract = TABLES[name].contract
    schema = contract.to_schema().columns
    said = [
        (column, DUCKDB_TYPES.get(kind, "STRUCT"), schema[column].nullable)
        for column, kind in types(contract).items()
    ]
    wanted = [(c, "STRUCT" if t.startswith("STRUCT") else t, n) for c, t, n in ddl]
    assert said == wanted


@pytest.mark.parametrize("name", sorted(TABLES))
def test_an_empty_table_satisfies_its_contract(store: Store, name: str) -> None:
    contract = TABLES[name].contract
    if name == "ref.account" or name.removeprefix("ref.") in REFERENCE:
        assert contract.validate(store.read(contract)).columns == columns(contract)
    else:
        assert store.read(contract).is_empty()


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_grain_names_columns_that_are_never_null(name: str) -> None:
    table = TABLES[name]
    schema = table.contract.to_schema().columns
    assert table.grain
    assert all(not schema[column].nullable for column in table.grain)


@pytest.mark.parametrize("stage", STAGES)
def test_every_column_is_described_and_every_hand_written_table_names_its_writer(
    stage: str,
) -> None:
    lines = (ROOT / "sql" / "schema" / f"{stage}.sql").read_text(encoding="utf-8").splitlines()
    inside = ""
    for number, line in enumerate(lines):
        opened = re.match(r"create table ([a-z_.]+) \(", line)
        if opened:
            inside = opened.group(1)
            if inside in FACTS_OF_PEOPLE_AND_SHELL - {"ref.account"} and stage != "landed":
                before = lines[number - 1]
                assert "written by:" in before or inside == "parsed.rejects", inside
        elif line == ");":
            inside = ""
        elif inside and re.match(r"    [a-z_]+ ", line):
            described = "--" in line or "--" in lines[number + 1]
            assert described, f"{inside}: {line.strip()}"


def maker(name: str) -> Path | None:
    stage, noun = name.split(".")
    if name in FACTS_OF_PEOPLE_AND_SHELL:
        return None
    if stage == "ref":
        return ROOT / "data" / f"{noun}.csv"
    sql, python = ROOT / "sql" / stage / f"{noun}.sql", ROOT / "kwx_core" / stage / f"{noun}.py"
    package = ROOT / "kwx_core" / stage / noun / "__init__.py"
    return next((place for place in (sql, python, package) if place.exists()), sql)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_derived_table_has_a_maker_and_a_spec(name: str) -> None:
    stage, noun = name.split(".")
    made_by = maker(name)
    if made_by is None:
        return
    assert made_by.exists(), f"{name} has no maker"
    spec = ROOT / "tests" / "spec" / stage / f"test_{noun}.py"
    assert spec.exists(), f"{name} has no spec {spec.name}"


def test_every_maker_file_makes_a_table() -> None:
    for stage, nouns in (("parsed", NOUNS), ("ledger", BOOKS)):
        files = {f.stem for f in (ROOT / "sql" / stage).glob("*.sql")}
        assert files == set(nouns)


def test_migrating_an_old_database_and_making_a_fresh_one_agree(store: Store) -> None:
    applied = store.frame("select name from ref.migrations")["name"].to_list()
    files = sorted(f.name for f in (ROOT / "sql" / "schema" / "migrations").glob("*.sql"))
    assert applied == files
