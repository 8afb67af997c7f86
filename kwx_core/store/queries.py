"""SQL as files: one pure SELECT each, found by stage and noun."""

from __future__ import annotations

import re
from typing import Any

from kwx_core.resources import resource, text

HEADER_KEYS = ("purpose", "grain", "inputs", "output", "parameters", "idempotency")


def select(stage: str, noun: str) -> str:
    """The text of `sql/<stage>/<noun>.sql`, without a closing semicolon."""
    return text("sql", stage, f"{noun}.sql").rstrip().rstrip(";")


def names(stage: str) -> list[str]:
    """The nouns that have a file under `sql/<stage>`, sorted."""
    folder = resource("sql", stage)
    return sorted(f.name.removesuffix(".sql") for f in folder.iterdir() if f.name.endswith(".sql"))


def parameters(query: str) -> set[str]:
    """The names of the `$parameters` that a statement uses, comments apart."""
    return set(re.findall(r"\$([a-z_]+)", re.sub(r"--[^\n]*", "", query)))


def bound(query: str, values: dict[str, Any]) -> dict[str, Any]:
    """Those of the values that the statement asks for; DuckDB refuses superfluous ones."""
    return {name: values[name] for name in parameters(query)}


def header(query: str) -> dict[str, str]:
    """The comment lines that open a file, `key: value`, continuation lines joined."""
    found: dict[str, str] = {}
    key = ""
    for line in query.splitlines():
        if not line.startswith("--"):
            break
        match = re.match(r"--\s*([a-z]+):\s*(.*)", line)
        if match:
            key = match.group(1)
            found[key] = match.group(2).strip()
        elif key:
            found[key] += " " + line.removeprefix("--").strip()
    return found
