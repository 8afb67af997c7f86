"""Contracts of stage audit; sql/schema/audit.sql describes columns and units."""

import pandera.polars as pa

from kwx_core.contracts.base import Contract, UtcTime


class Observations(Contract):
    """What the audits saw, on change and once a day. Grain: finding, subject, seen_at."""

    finding: str
    subject: str
    severity: str
    detail: str
    state: str
    seen_at: UtcTime
    sample_request_id: str = pa.Field(nullable=True)
    run_id: str


class Acknowledgements(Contract):
    """A person's word on a finding. Grain: finding, subject, acknowledged_at."""

    finding: str
    subject: str
    acknowledged_at: UtcTime
    reason: str
    made_by: str


class Rebuilds(Contract):
    """Which books were derived anew, and why. Grain: rebuild_id."""

    rebuild_id: str
    run_id: str
    stages: str
    since: UtcTime = pa.Field(nullable=True)
    until: UtcTime = pa.Field(nullable=True)
    reason: str
    rows_before: int
    rows_changed: int
    started_at: UtcTime
    written: bool


class Changes(Contract):
    """What a rebuild changed, value by value.

    Grain: rebuild_id, table_name, row_key, column_name.
    """

    rebuild_id: str
    table_name: str
    row_key: str
    column_name: str
    old_value: str = pa.Field(nullable=True)
    new_value: str = pa.Field(nullable=True)


class Runs(Contract):
    """Who ran what, and with which version. Grain: run_id."""

    run_id: str
    started_at: UtcTime
    version: str
    commit_id: str = pa.Field(nullable=True)
    is_dirty: bool = pa.Field(nullable=True)
    command: str


class Seals(Contract):
    """What the facts of a day came to, hash upon hash. Grain: seal_seq, table_name."""

    seal_seq: int
    table_name: str
    first_place: int
    last_place: int
    row_count: int
    sha256: str
    previous_sha256: str
    sealed_at: UtcTime
