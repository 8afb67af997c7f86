"""Every SQL file is one pure SELECT whose header tells the truth."""

from __future__ import annotations

import re

import duckdb
import pytest

from kwx_core.contracts.base import columns
from kwx_core.store import Store, audits, ledger
from kwx_core.store.catalog import FEEDS, TABLES, parsed_table
from kwx_core.store.queries import HEADER_KEYS, header, parameters
from tests.shared import ROOT

FILES = sorted(p for p in (ROOT / "sql").rglob("*.sql") if "schema" not in p.parts)
NAMES = [str(p.relative_to(ROOT / "sql")) for p in FILES]
AUDITS = [name for name in NAMES if name.startswith("audit/")]
MAKERS = [name for name in NAMES if not name.startswith("audit/")]
RELATION = re.compile(
    r"\b(?:ref|landed|parsed|forecast|decided|posted|ledger|scored|audit)\.[a-z_]+\b"
)
FORBIDDEN = re.compile(
    r"\b(now|random|uuid|today|current_date|current_timestamp|get_current_timestamp)\s*\(?\)?"
    r"|\b(insert|update|delete|create|drop|attach|copy|pragma)\s",
)


def text(name: str) -> str:
    return (ROOT / "sql" / name).read_text(encoding="utf-8")


def body(name: str) -> str:
    without_comments = re.sub(r"--[^\n]*", "", text(name))
    return re.sub(r"'(?:[^']|'')*'", "''", without_comments)


def values(names: set[str]) -> dict[str, object]:
    known = {"since_seq": 0, "until_seq": 1}
    time = "2026-06-10 00:00:00+00"
    return {name: known.get(name, time) for name in names}


@pytest.mark.parametrize("name", NAMES)
def test_the_statement_is_understood_by_an_empty_database(store: Store, name: str) -> None:
    query = text(name).rstrip().rstrip(";")
    statements = store._con.extract_statements(query)
    assert len(statements) == 1
    assert statements[0].type == duckdb.StatementType.SELECT
    found = store._con.execute(query, values(parameters(query))).fetchall()
    assert found == [] or name.startswith("report/") or "exchange_index" in query


@pytest.mark.parametrize("name", NAMES)
def test_the_statement_is_pure_and_lower_case(name: str) -> None:
    assert not FORBIDDEN.search(body(name)), FORBIDDEN.search(body(name))
    assert body(name) == body(name).lower()


@pytest.mark.parametrize("name", NAMES)
def test_the_statement_fits_a_screen_or_two(name: str) -> None:
    lines = text(name).splitlines()
    assert len(lines) <= (40 if name in AUDITS else 120)
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("name", MAKERS)
def test_the_header_names_exactly_what_the_statement_reads(name: str) -> None:
    head = header(text(name))
    assert set(head) == set(HEADER_KEYS)
    read = set(RELATION.findall(body(name)))
    assert set(re.findall(r"[a-z_]+\.[a-z_]+", head["inputs"])) == read


@pytest.mark.parametrize("name", MAKERS)
def test_the_header_names_exactly_the_parameters(name: str) -> None:
    said = set(re.findall(r"\$([a-z_]+)", header(text(name))["parameters"]))
    assert said == parameters(text(name))


@pytest.mark.parametrize("name", [n for n in MAKERS if n.split("/")[0] in {"parsed", "ledger"}])
def test_the_statement_yields_the_contract_s_columns_in_order(store: Store, name: str) -> None:
    stage, noun = name.removesuffix(".sql").split("/")
    query = text(name).rstrip().rstrip(";")
    made = store._con.execute(query, values(parameters(query)))
    got = [column[0] for column in made.description]
    extra = ["reject_reason", "is_kept"] if stage == "parsed" else []
    table = parsed_table(noun) if stage == "parsed" else TABLES[f"{stage}.{noun}"]
    assert header(query)["output"] == table.name
    assert got == columns(table.contract) + extra


@pytest.mark.parametrize("noun", FEEDS)
def test_a_noun_reads_the_feeds_that_wake_it(noun: str) -> None:
    query = text(f"parsed/{noun}.sql")
    said = re.search(r"\bfeed (?:= ('[a-z_]+')|in \(([^)]+)\))", query)
    assert said is not None
    named = re.findall(r"'([a-z_]+)'", said.group(0))
    assert sorted(named) == sorted(FEEDS[noun])


@pytest.mark.parametrize("name", AUDITS)
def test_an_audit_says_what_it_finds_and_who_taught_it(name: str) -> None:
    head = header(text(name))
    assert {"finding", "healthy", "seen"} <= set(head)
    assert head["healthy"] == "no rows"
    assert len(head["seen"]) > 20
    assert parameters(text(name)) <= {"as_of"}


@pytest.mark.parametrize("name", AUDITS)
def test_an_audit_has_a_spec_in_which_it_fires_and_one_in_which_it_is_silent(name: str) -> None:
    spec = ROOT / "tests" / "spec" / "audit" / f"test_{name.split('/')[1].removesuffix('.sql')}.py"
    assert spec.exists()
    tests = re.findall(r"def (test_\w+)", spec.read_text(encoding="utf-8"))
    assert len(tests) >= 2


def test_an_empty_database_has_no_finding(store: Store) -> None:
    from tests.spec.drawn import at

    assert store.audit(at("12:00"), "spec") == []


# What these say reaches the books through a view that is asked itself, or is a view of the rest.
ASKED_THEMSELVES = {"landed.pulls", "parsed.positions", "posted.states"}
# No book reads ledger.marks, which does.
READ_BY_NO_BOOK = {"parsed.quotes"}


def test_a_ledger_that_is_not_derived_again_has_looked_at_all_that_its_books_read() -> None:
    sources = [body(name) for name in MAKERS if name.startswith("ledger/")]
    views = (ROOT / "sql" / "schema" / "ledger.sql").read_text(encoding="utf-8")
    sources.append(re.sub(r"--[^\n]*", "", views))
    read = {name for source in sources for name in RELATION.findall(source)}
    read = {name for name in read if not name.startswith(("ledger.", "ref."))}
    looked_at = set(RELATION.findall(ledger._INPUTS + ledger._CONTRADICTED))
    assert "ledger.position_checks" in looked_at
    assert read - ASKED_THEMSELVES - READ_BY_NO_BOOK <= looked_at


@pytest.mark.parametrize("name", sorted(audits.OF_BOOKS))
def test_an_audit_that_is_not_asked_again_reads_the_books_and_what_they_read(name: str) -> None:
    query = body(f"audit/{name}.sql")
    looked_at = set(RELATION.findall(ledger._INPUTS))
    # The request is named beside what was parsed from it, and decides nothing.
    read = set(RELATION.findall(query)) - looked_at - {"landed.requests"}
    assert {each for each in read if not each.startswith(("ledger.", "ref."))} == set()
    assert "ledger.marks" not in read
    assert "ledger.position_checks" not in read
    assert parameters(query) == set()


@pytest.mark.parametrize("name", sorted(audits._INPUTS))
def test_an_audit_whose_inputs_are_looked_at_first_reads_nothing_else(
    store: Store, name: str
) -> None:
    views = dict(
        store.frame("select schema_name || '.' || view_name, sql from duckdb_views()").iter_rows()
    )

    def tables(query: str) -> set[str]:
        named = set(RELATION.findall(query))
        behind = [tables(views[each].split(" AS ", 1)[1]) for each in named if each in views]
        return (named - set(views)).union(*behind)

    looked_at = tables(audits._INPUTS[name])
    read = {each for each in tables(body(f"audit/{name}.sql")) if not each.startswith("ref.")}
    # The request is only named beside what was parsed; a finding's own past is no input.
    assert read - {"landed.requests", "landed.bodies", "audit.observations"} <= looked_at
