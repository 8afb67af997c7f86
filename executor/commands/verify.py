"""kwx verify: whether facts are as they landed, and books as the facts give them."""

from __future__ import annotations

from typing import Any

import polars as pl

from executor.commands.books import require_short
from executor.reply import HEALTHY, NEEDS_YOU, Context, Reply, reply
from kwx_core.store.rebuild import EVER

FACTS = {"seal_broken", "body_altered", "fact_doubled"}
_FAULTS = dict.fromkeys(("finding", "table_name", "place", "detail"), pl.String)


def verify(context: Context, said: dict[str, Any]) -> Reply:
    """Check seals, bodies and, unless told not to, books; what is wrong. 1 when anything is.

    With `hashes` every table is listed with its hash, and what is wrong is told beside it. Facts
    of days that have ended are sealed, if nothing is wrong with those before them.
    """
    require_short(context, EVER)
    with_books = bool(said.get("books", True))
    found = context.store.verify(with_books=with_books)
    if not any(one.finding in FACTS for one in found):
        context.store.seal(context.now)
    exit_code = NEEDS_YOU if found else HEALTHY
    if said.get("hashes"):
        told = [f"{one.finding} {one.table_name} {one.place}: {one.detail}" for one in found]
        return reply(context.store.standing(), told, exit_code)
    faults = pl.DataFrame([vars(one) for one in found], schema=_FAULTS)
    checked = "facts and books" if with_books else "facts"
    return reply(faults, [] if found else [f"{checked} are as they must be"], exit_code)
