"""audit: every file under sql/audit runs; rows are findings, and a broken audit is one too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from kwx_core.contracts.audit import Observations
from kwx_core.store.database import transaction
from kwx_core.store.frames import append
from kwx_core.store.queries import bound, names, select

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

BROKEN = "audit_broken"
# A finding that stays is written down again once a day, so that last_seen_at means something.
REPEAT_AFTER = timedelta(days=1)


# Of ladders and their results: what is listed, where it wins, when it closes and who won.
_LISTED = """
    select count(*), count(*) filter (where close_at > $as_of),
        count(*) filter (where climate_date >= ($as_of::timestamptz - interval 36 hour)::date),
        bit_xor(hash(
            ticker, lower_f, upper_f, bounds_evidence, close_at, market_result, expiration_value_f
        ))
    from parsed.markets
    where climate_date >= ($as_of::timestamptz - interval 30 day)::date
"""
# What an audit reads, in one row, where asking costs less than auditing: an audit of pages that
# look like those before says the same again.
_INPUTS = {
    "ladder_untiled": _LISTED,
    "close_off_midnight": _LISTED,
    "winners_not_one": _LISTED,
    "result_off_strike": _LISTED,
    # Where nothing was rejected, there is nothing to look at.
    "rejected_records": "select if(count(*) > 0, $as_of::timestamptz, null) from parsed.rejects",
    "field_drift": """
        select bit_xor(hash(feed, slot_at, shape, state, is_newest, received_at::date))
        from audit.field_samples
        union all
        select bit_xor(hash(subject)) from audit.untold_ends
    """,
    # What has settled is as it was.
    "rules_changed": """
        select bit_xor(hash(
            ticker, rules_template_sha256, settlement_source, settlement_timer_seconds, close_at
        ))
        from parsed.markets
        where settled_at is null
    """,
}
# These read nothing but the books and what the books were derived from, at no moment of their own:
# as long as the books are not derived again, they say the same again.
OF_BOOKS = frozenset(
    {
        "drift_alert", "fee_disagrees", "manual_fill_near_ours", "settlement_disagrees",
        "unattributed_fills",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """One row of one audit: a cause that is open now."""

    finding: str
    subject: str
    severity: str
    detail: str
    sample_request_id: str | None


def seen(con: duckdb.DuckDBPyConnection, finding: str, as_of: datetime) -> list[Seen]:
    """Run one audit; its rows, or one row that says how it broke."""
    try:
        query = select("audit", finding)
        rows = con.execute(query, bound(query, {"as_of": as_of})).fetchall()
        return [_row(finding, *row) for row in rows]
    except (duckdb.Error, TypeError) as error:
        detail = f"{finding}: {str(error).splitlines()[0]}"
        return [Seen(BROKEN, finding, "halt", detail, None)]


def _row(
    finding: str, subject: str | None, severity: str | None, detail: str | None, sample: str | None
) -> Seen:
    """One row as a finding; a row that does not say what it is about breaks its audit alone."""
    if subject is None or severity is None or detail is None:
        raise TypeError("a row lacks its subject, severity or detail")
    return Seen(finding, subject, severity, detail, sample)


@dataclass(frozen=True)
class Told:
    """What an audit said last, and of which inputs."""

    inputs: object
    rows: list[Seen]


def audit(
    con: duckdb.DuckDBPyConnection,
    as_of: datetime,
    run_id: str,
    told: dict[str, Told],
    derived: object = None,
) -> list[Seen]:
    """Run every audit alone and write down what changed; everything that is open now.

    One that breaks neither undoes a book nor silences the others. What `told` holds is not asked
    again; the caller forgets it when books are made anew. `derived` is what the books were last
    derived from, None where that is not known.
    """
    found: list[Seen] = []
    inputs_of = _inputs(con, as_of, derived)
    for finding in names("audit"):
        inputs = inputs_of.get(finding)
        if inputs is None or finding not in told or told[finding].inputs != inputs:
            told[finding] = Told(inputs, seen(con, finding, as_of))
        found += told[finding].rows
    with transaction(con):
        _record(con, found, as_of, run_id)
    return found


def _inputs(con: duckdb.DuckDBPyConnection, as_of: datetime, derived: object) -> dict[str, object]:
    """What audits read, to compare with the last time; one that is not there has to be asked."""
    said: dict[str, object] = {
        query: con.execute(query, bound(query, {"as_of": as_of})).fetchall()
        for query in set(_INPUTS.values())
    }
    return {
        **dict.fromkeys(OF_BOOKS, derived),
        **{finding: said[query] for finding, query in _INPUTS.items()},
    }


def _record(
    con: duckdb.DuckDBPyConnection, found: list[Seen], as_of: datetime, run_id: str
) -> None:
    known = {
        (finding, subject): (severity, detail, last_seen_at)
        for finding, subject, severity, detail, last_seen_at in con.execute(
            "select finding, subject, severity, detail, last_seen_at "
            "from audit.findings where resolved_at is null"
        ).fetchall()
    }
    open_now = {(one.finding, one.subject): one for one in found}
    rows = [
        (one.finding, one.subject, one.severity, one.detail, "open", one.sample_request_id)
        for key, one in open_now.items()
        if _is_told_again(known.get(key), one, as_of)
    ]
    rows += [
        (*key, severity, detail, "resolved", None)
        for key, (severity, detail, _) in known.items()
        if key not in open_now
    ]
    append(con, Observations, Observations.validate(_frame(rows, as_of, run_id)))


def _is_told_again(before: tuple[str, str, datetime] | None, one: Seen, as_of: datetime) -> bool:
    if before is None:
        return True
    severity, detail, last_seen_at = before
    return (severity, detail) != (one.severity, one.detail) or as_of - last_seen_at >= REPEAT_AFTER


def _frame(rows: Sequence[tuple[str | None, ...]], as_of: datetime, run_id: str) -> pl.DataFrame:
    names_ = ("finding", "subject", "severity", "detail", "state", "sample_request_id")
    table = pl.DataFrame(rows, schema=dict.fromkeys(names_, pl.String), orient="row")
    time = pl.lit(as_of).cast(pl.Datetime("us", "UTC"))
    return table.select(
        "finding", "subject", "severity", "detail", "state",
        time.alias("seen_at"), "sample_request_id", pl.lit(run_id).alias("run_id"),
    )  # fmt: skip
