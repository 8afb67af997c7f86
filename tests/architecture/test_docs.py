"""What is written down is true: commands, findings, words, records."""

from __future__ import annotations

import re

import pytest
import typer

from executor.cli import app
from kwx_core.store.audits import BROKEN
from tests.shared import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def test_every_command_is_documented_and_every_documented_command_exists() -> None:
    commands = set(typer.main.get_command(app).commands)
    documented = set(re.findall(r"^\| `kwx ([a-z]+)`", README, flags=re.MULTILINE))
    assert documented == commands


def test_every_finding_has_its_line_in_the_runbook() -> None:
    audits = {path.stem for path in (ROOT / "sql" / "audit").glob("*.sql")} | {BROKEN}
    assert set(re.findall(r"^\| `([a-z_]+)`", RUNBOOK, flags=re.MULTILINE)) == audits


def words() -> list[str]:
    rows = re.findall(r"^\| ([^|]+) \|", GLOSSARY, flags=re.MULTILINE)
    found = [word.strip() for row in rows if row != "word" and "--" not in row
             for word in row.split(",")]  # fmt: skip
    return sorted(set(found))


@pytest.fixture(scope="module")
def sources() -> str:
    folders = ("kwx_core", "executor", "sql", "data")
    paths = [p for folder in folders for p in (ROOT / folder).rglob("*") if p.is_file()]
    kept = [p for p in paths if p.suffix in {".py", ".sql", ".csv", ".toml"}]
    return "\n".join(p.read_text(encoding="utf-8") for p in kept).lower()


@pytest.mark.parametrize("word", words())
def test_every_word_of_the_glossary_is_used(sources: str, word: str) -> None:
    written = word.lower()
    assert written in sources or written.replace(" ", "_") in sources, word


def test_decision_records_are_numbered_and_dated() -> None:
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [name[:4] for name in names] == [f"{n:04}" for n in range(1, len(names) + 1)]
    for name in names:
        text = (ROOT / "docs" / "decisions" / name).read_text(encoding="utf-8")
        assert text.startswith(f"# {name[:4]} ")
        assert re.search(r"^20\d\d-\d\d-\d\d · (accepted|superseded)", text, flags=re.MULTILINE)


def test_the_lock_pins_every_dependency_plainly() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.]+", line) for line in lock)
    pinned = {re.sub(r"[-_.]+", "-", line.split("==")[0]).lower() for line in lock}
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.sub(r"[-_.]+", "-", re.split(r"[\[=<>~! ]", one)[0]).lower() for one in wanted}
    assert names <= pinned


def test_every_dependency_has_its_line_in_the_records() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    record = (ROOT / "docs" / "decisions" / "0008-dependencies.md").read_text(encoding="utf-8")
    for one in project["dependencies"]:
        assert re.split(r"[\[=<>~! ]", one)[0] in record, one
