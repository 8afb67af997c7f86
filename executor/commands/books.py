"""Facts in, books out: landing recorded bodies and deriving the books anew."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from executor.kalshi.answers import next_cursor
from executor.reply import HEALTHY, NEEDS_YOU, Context, Reply, reply
from kwx_core.contracts.audit import Changes, Rebuilds
from kwx_core.errors import UsageError
from kwx_core.store import Landing
from kwx_core.store.catalog import REBUILT_STAGES
from kwx_core.store.rebuild import EVER

# About two seconds of parsing and deriving on two cores.
SHORT_REBUILD_BYTES = 10_000_000

if TYPE_CHECKING:
    from kwx_core.store.rebuild import Rebuilt


def land(context: Context, said: dict[str, Any]) -> Reply:
    """Keep recorded bodies as if they had just come; landing one twice keeps it once.

    What landed before today is sealed first, so that a seal is of whole days.
    """
    feed = said["feed"]
    feeds = context.store.frame("select feed from ref.feeds order by feed")["feed"].to_list()
    if feed not in feeds:
        raise UsageError(f"there is no feed {feed!r}; there are {', '.join(feeds)}")
    landings = [
        _landing(feed, one, said, page)
        for one in said["files"]
        for page in range(len(one["bodies"]))
    ]
    context.store.seal(context.now)
    added = context.store.land(landings)
    counts = {"feed": [feed], "bodies": [len(landings)], "landed": [added]}
    return reply(pl.DataFrame(counts), [f"{added} of {len(landings)} bodies were new"])


def _landing(feed: str, file: dict[str, Any], said: dict[str, Any], page: int) -> Landing:
    body = base64.b64decode(file["bodies"][page])
    received_at = datetime.fromisoformat(file["received_at"])
    return Landing(
        feed=feed,
        endpoint=file["name"],
        request=said.get("request"),
        # Deterministic, so that the same file at the same time is the same fact.
        pull_id="file-" + hashlib.sha256(body).hexdigest()[:16],
        page=0,
        is_last_page=not next_cursor(body),
        status_code=said.get("status") or 200,
        requested_at=received_at,
        received_at=received_at,
        body=body,
    )


def rebuild(context: Context, said: dict[str, Any]) -> Reply:
    """Derive books anew: dry unless `write`; every value that changes, old and new."""
    stages = [stage for stage in REBUILT_STAGES if stage in said["stages"]] or list(REBUILT_STAGES)
    unknown = sorted(set(said["stages"]) - set(REBUILT_STAGES))
    if unknown:
        raise UsageError(f"{', '.join(unknown)} cannot be rebuilt; {' and '.join(stages)} can")
    window = tuple(
        datetime.fromisoformat(said[end]) if said.get(end) else ever
        for end, ever in zip(("since", "until"), EVER, strict=True)
    )
    require_short(context, (window[0], window[1]))
    is_written = bool(said.get("write"))
    found = context.store.rebuild(
        stages,
        (window[0], window[1]),
        write=is_written,
        record=lambda rebuilt: _record(context, said, stages, rebuilt),
    )
    return _told(found, is_written=is_written)


def require_short(context: Context, window: tuple[datetime, datetime]) -> None:
    """Refuse what would hold the loop for long; that wants trading to be halted first.

    Raises:
        UsageError: the service runs, is not halted, and the bodies of the window are many.
    """
    if not context.is_serving or context.settings.kill_file.exists():
        return
    rows = context.store.frame(
        "select coalesce(sum(size_bytes), 0) as n from landed.bodies as bodies where exists ("
        "select 1 from landed.requests as requests where requests.body_seq = bodies.body_seq "
        "and requests.received_at >= $since and requests.received_at < $until)",
        since=window[0],
        until=window[1],
    )
    if rows["n"][0] > SHORT_REBUILD_BYTES:
        raise UsageError("this would hold the service for seconds: kwx halt first, then resume")


def _record(context: Context, said: dict[str, Any], stages: list[str], found: Rebuilt) -> None:
    identity = f"{context.run_id}|{' '.join(stages)}|{context.now.isoformat()}"
    rebuild_id = hashlib.sha256(identity.encode()).hexdigest()[:16]
    head = {
        "rebuild_id": rebuild_id,
        "run_id": context.run_id,
        "stages": " ".join(stages),
        "since": datetime.fromisoformat(said["since"]) if said.get("since") else None,
        "until": datetime.fromisoformat(said["until"]) if said.get("until") else None,
        "reason": said.get("reason") or "none given",
        "rows_before": found.rows_before,
        "rows_changed": found.rows_changed,
        "started_at": context.now,
        "written": True,
    }
    kinds = {name: column.dtype.type for name, column in Rebuilds.to_schema().columns.items()}
    changes = found.changes.select(pl.lit(rebuild_id).alias("rebuild_id"), pl.all())
    context.store.append(Rebuilds, Rebuilds.validate(pl.DataFrame([head], schema=kinds)))
    context.store.append(Changes, Changes.validate(changes))


def _told(found: Rebuilt, *, is_written: bool) -> Reply:
    table = found.changes.filter(pl.col("old_value").is_not_null())
    added = found.changes.filter(pl.col("old_value").is_null()).group_by("table_name").len()
    notes = [
        f"{name}: {count} values or rows where there was none"
        for name, count in added.sort("table_name").rows()
    ]
    outcome = "written" if is_written else "nothing written; --write keeps it"
    notes.append(f"{found.rows_changed} rows change of {found.rows_before}; {outcome}")
    pending = found.rows_changed > 0 and not is_written
    return reply(table, notes, NEEDS_YOU if pending else HEALTHY)
