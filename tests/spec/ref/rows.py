"""The reference files as lists of dictionaries; an empty cell is None."""

from __future__ import annotations

import csv

from kwx_core.resources import text


def rows(name):
    lines = text("data", f"{name}.csv").splitlines()
    return [{key: cell or None for key, cell in row.items()} for row in csv.DictReader(lines)]


def column(name, key):
    return [row[key] for row in rows(name)]
