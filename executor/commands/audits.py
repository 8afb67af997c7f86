"""What needs a person: run the audits and list what is open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from executor.reply import HEALTHY, NEEDS_YOU, Context, Reply, reply

_OPEN = """
select finding, subject, severity, detail, first_seen_at, last_seen_at, acknowledged_at
from audit.findings
where resolved_at is null and last_seen_at >= coalesce($since, last_seen_at)
order by acknowledged_at is not null, severity <> 'halt', severity <> 'warning', finding, subject
"""


def audit(context: Context, said: dict[str, Any]) -> Reply:
    """Run every audit; what is open. 1 when something above info is not acknowledged."""
    as_of = datetime.fromisoformat(said["as_of"]) if said.get("as_of") else context.now
    since = datetime.fromisoformat(said["since"]) if said.get("since") else None
    context.store.audit(as_of, context.run_id)
    found = context.store.frame(_OPEN, since=since)
    counting = [
        row
        for row in found.rows(named=True)
        if row["acknowledged_at"] is None and row["severity"] != "info"
    ]
    return reply(found, exit_code=NEEDS_YOU if counting else HEALTHY)
