"""The house tests itself: sizes, names, doors, secrets."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tests.shared import ROOT

MODULES = sorted(p for d in ("kwx_core", "executor") for p in (ROOT / d).rglob("*.py"))
BANNED = {
    "util", "utils", "helper", "helpers", "common", "misc", "manager", "handler", "processor",
    "engine", "info", "new", "old", "v2", "final", "tmp",
}  # fmt: skip
MODULE_LINES, FUNCTION_LINES = 250, 40


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    has_docstring = ast.get_docstring(function) is not None and len(function.body) > 1
    first = function.body[1] if has_docstring else function.body[0]
    return (function.end_lineno or 0) - first.lineno + 1


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_opens_with_a_sentence_and_fits_its_size(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert text.count("\n") <= MODULE_LINES
    assert not BANNED & {path.stem, *path.parent.parts[-1:]}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_functions_fit_a_screen_and_carry_names_of_the_field(path: Path) -> None:
    for function in functions(path):
        assert body_lines(function) <= FUNCTION_LINES, f"{function.name}"
        assert not re.match(r"(get|do|process)_", function.name), function.name
        assert not BANNED & set(function.name.strip("_").split("_")), function.name


def test_the_loop_its_feeds_and_the_client_stay_slim() -> None:
    slim = ["loop.py", "feeds.py", "submit.py", "recover.py", "kalshi/"]
    paths = [p for p in MODULES if any(name(p).startswith(f"executor/{s}") for s in slim)]
    assert paths
    assert sum(p.read_text(encoding="utf-8").count("\n") for p in paths) <= 1000


def test_one_module_alone_sends_orders() -> None:
    callers = {
        name(path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"post_order", "cancel_order_now"}
    }
    assert callers == {"executor/submit.py"}


def test_the_create_path_occurs_in_one_function() -> None:
    found = [
        f"{name(path)}:{function.name}"
        for path in MODULES
        if "paper" not in path.parts
        for function in functions(path)
        if '/portfolio/events/orders"'
        in (ast.get_source_segment(path.read_text("utf-8"), function) or "")
    ]
    assert len(found) == 1, found


def test_no_secret_is_tracked() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert not [f for f in listed if f.endswith((".pem", ".key", ".duckdb"))]
    marker = "-----BEGIN " + "PRIVATE KEY"
    leaking = [
        f
        for f in listed
        if (ROOT / f).is_file() and marker in (ROOT / f).read_text("utf-8", errors="replace")
    ]
    assert leaking == []
