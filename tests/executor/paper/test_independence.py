"""The exchange proves the core's books only as long as it shares nothing with the core."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta

import pytest

from executor.paper.clock import SimulatedClock, SystemClock
from tests.executor.paper.customers import NOON
from tests.shared import ROOT

FOLDER = ROOT / "executor" / "paper"
CLOCKS = {"clock.py", "server.py"}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda p: p.name)
def test_no_module_imports_the_core_or_the_rest_of_the_shell(path):
    foreign = [
        name
        for name in imported(path)
        if name.split(".")[0] == "kwx_core"
        or (name.startswith("executor") and not name.startswith("executor.paper"))
    ]
    assert foreign == []


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda p: p.name)
def test_only_the_clock_reads_the_time(path):
    text = path.read_text()
    assert path.name in CLOCKS or not ("import time" in text or "datetime.now" in text)


def test_a_simulated_clock_stands_still_and_never_goes_back():
    clock = SimulatedClock(NOON)
    clock.advance(NOON + timedelta(hours=1))
    assert clock.now() == NOON + timedelta(hours=1)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(NOON)
    with pytest.raises(ValueError, match="no time zone"):
        clock.advance(datetime(2027, 1, 1))  # noqa: DTZ001 -- the mistake under test


def test_the_system_clock_is_in_utc():
    assert SystemClock().now().tzinfo is UTC
