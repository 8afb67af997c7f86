"""Specs as drawn tables: a picture becomes rows, and rows are compared with a picture.

A picture's first line names columns, separated by `|`; `-` is null. Columns that the picture
leaves out are filled with neutral values. Times may be written `14:30`, `14:30:15.5` (on DAY) or
`+1d 14:30`, or in full ISO form.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from kwx_core.contracts.base import columns
from kwx_core.store import Landing, Store
from kwx_core.store.catalog import TABLES
from kwx_core.store.frames import types

DAY = datetime(2026, 6, 10, tzinfo=UTC)

NEUTRAL: dict[str, Any] = {
    "ticker": "KXHIGHNY-26JUN10-B72.5",
    "event_ticker": "KXHIGHNY-26JUN10",
    "series_ticker": "KXHIGHNY",
    "family": "KXHIGHNY",
    "station_id": "KNYC",
    "climate_date": DAY.date(),
    "measure": "high",
    "outcome_side": "yes",
    "taker_outcome_side": "yes",
    "book_side": "bid",
    "status": "active",
    "contracts": Decimal("1.00"),
    "price_dollars": Decimal("0.500000"),
    "yes_price_dollars": Decimal("0.500000"),
    "fee_dollars": Decimal("0.000000"),
    "strategy_id": "cross_bracket",
    "book_id": "cross_bracket",
    "variant": "live",
    "verdict": "post",
    "reason": "clear",
    "kind": "create",
    "time_in_force": "good_till_canceled",
    "evidence": "response",
    "environment": "paper",
    "yes_probability": 0.5,
    "sd_f": 2.0,
    "sd_before_floor_f": 2.0,
    "mean_f": 72.0,
    "is_complete": True,
    "pmf": [1.0],
    "gates": [],
}


def rows(picture: str) -> list[dict[str, str | None]]:
    """The picture's cells as text, by column."""
    lines = [line.strip() for line in picture.strip().splitlines() if line.strip()]
    names = [cell.strip() for cell in lines[0].split("|")]
    found = []
    for line in lines[1:]:
        cells = [cell.strip() for cell in line.split("|")]
        assert len(cells) == len(names), f"{line!r} has {len(cells)} cells, not {len(names)}"
        found.append({n: None if c == "-" else c for n, c in zip(names, cells, strict=True)})
    return found


def at(text: str) -> datetime:
    """A moment: `14:30`, `+1d 14:30`, `-1d 23:53` or ISO."""
    match = re.fullmatch(r"(?:([+-]\d+)d )?(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?", text)
    if not match:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    days, hours, minutes, seconds = match.groups()
    return DAY + timedelta(
        days=int(days or 0), hours=int(hours), minutes=int(minutes), seconds=float(seconds or 0)
    )


def _value(text: str | None, kind: pl.DataType) -> Any:
    if text is None:
        return None
    match kind:
        case pl.Datetime():
            return at(text)
        case pl.Decimal():
            return Decimal(text)
        case _ if kind == pl.Date:
            return date.fromisoformat(text)
        case _ if kind == pl.Boolean:
            return {"true": True, "false": False}[text]
        case pl.List():
            return json.loads(text)
        case _ if kind.is_integer():
            return int(text)
        case _ if kind.is_float():
            return float(text)
    return text


def _neutral(name: str, kind: pl.DataType, index: int, *, is_nullable: bool) -> Any:
    if name in NEUTRAL:
        return NEUTRAL[name]
    if is_nullable:
        return None
    match kind:
        case pl.Datetime():
            return DAY + timedelta(hours=12)
        case pl.Decimal():
            return Decimal(0)
        case _ if kind == pl.Date:
            return DAY.date()
        case _ if kind == pl.Boolean:
            return False
        case _ if kind.is_numeric():
            return index
    return f"{name}-{index}"


def frame(table: str, picture: str) -> pl.DataFrame:
    """The picture as rows of a stored table, neutral values filled in."""
    contract = TABLES[table].contract
    kinds = types(contract)
    nullable = {n: c.nullable for n, c in contract.to_schema().columns.items()}
    drawn = rows(picture)
    unknown = {name for row in drawn for name in row} - set(kinds)
    assert not unknown, f"{table} has no column {sorted(unknown)}"
    filled = [
        {
            name: _value(row[name], kind)
            if name in row
            else _neutral(name, kind, index, is_nullable=nullable[name])
            for name, kind in kinds.items()
        }
        for index, row in enumerate(drawn)
    ]
    return pl.DataFrame(filled, schema=kinds)


def given(store: Store, table: str, picture: str) -> None:
    """Put the picture's rows into a table of the real schema."""
    contract = TABLES[table].contract
    with store.transaction():
        added = store.append(contract, contract.validate(frame(table, picture)))
    assert added == len(rows(picture)), f"{table}: rows of the same grain"


def _shown(value: Any) -> Any:
    if isinstance(value, Decimal):
        return value.normalize()
    if isinstance(value, float):
        return round(value, 9)
    return value


def expect(found: pl.DataFrame, picture: str) -> None:
    """The named columns of the frame equal the picture, row order apart."""
    drawn = rows(picture)
    names = [cell.strip() for cell in picture.strip().splitlines()[0].split("|")]
    kinds = dict(found.schema)
    wanted = [tuple(_shown(_value(row[n], kinds[n])) for n in names) for row in drawn]
    have = [tuple(_shown(v) for v in row) for row in found.select(names).rows()]
    assert sorted(have, key=repr) == sorted(wanted, key=repr)


def table(store: Store, name: str) -> pl.DataFrame:
    """A whole table, in the contract's columns."""
    return store.frame(f"select {', '.join(columns(TABLES[name].contract))} from {name}")


def land(store: Store, feed: str, body: str | bytes | dict | list, **said: Any) -> int:
    """Land one body as the executor would; how many polls were new."""
    if isinstance(body, dict | list):
        body = json.dumps(body)
    content = body.encode() if isinstance(body, str) else body
    received_at = at(said.pop("received_at", "12:00"))
    told: dict[str, Any] = {
        "endpoint": f"/{feed}",
        "pull_id": f"pull-{feed}-{received_at.isoformat()}",
        "page": 0,
        "is_last_page": True,
        "requested_at": received_at,
        "received_at": received_at,
        "status_code": 200,
        **said,
    }
    return store.land([Landing(feed=feed, body=content, **told)])
