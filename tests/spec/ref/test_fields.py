"""What each feed's records are expected to carry, against the recorded bodies."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.shared import shared
from tests.spec.ref.rows import column, rows

FIXED_POINT = ("gen3", "gen4", "gen5")
NAMES = {
    "NoneType": "null",
    "bool": "boolean",
    "int": "integer",
    "float": "number",
    "str": "string",
    "list": "array",
    "dict": "object",
}


def expected(feed):
    return {row["field"]: row for row in rows("fields") if row["feed"] == feed}


def bodies():
    for folder in sorted(shared("payloads", "kalshi").iterdir()):
        for path in sorted(folder.glob("*.json")):
            body = json.loads(path.read_text(encoding="utf-8"))
            if folder.name.startswith(FIXED_POINT) and isinstance(body, dict):
                yield path.name, body


def records(body):
    """The records of a body as (feed, record); a body of another kind has none."""
    if "balance" in body and "portfolio_value" in body:
        yield "kalshi_balance", body
    if "orderbook_fp" in body:
        yield "kalshi_orderbook", body["orderbook_fp"]
    for key, feed in (("market", "kalshi_markets"), ("order", "kalshi_orders")):
        if isinstance(body.get(key), dict):
            yield feed, body[key]
    for row in rows("feeds"):
        is_event = "event" in body
        if (row["record_path"] or "").startswith("$.") and (
            row["feed"] != ("kalshi_markets" if is_event else "kalshi_event")
        ):
            for record in body.get(row["record_path"][2:]) or ():
                if isinstance(record, dict):
                    yield row["feed"], record


@pytest.fixture(scope="module")
def recorded():
    found = {}
    for name, body in bodies():
        for feed, record in records(body):
            found.setdefault(feed, []).append((name, record))
    return found


FEEDS = [
    ("kalshi_markets", 70),
    ("kalshi_event", 6),
    ("kalshi_orderbook", 2),
    ("kalshi_trades", 15),
    ("kalshi_orders", 14),
    ("kalshi_fills", 3),
    ("kalshi_positions", 1),
    ("kalshi_balance", 4),
]


@pytest.mark.parametrize(("feed", "n_records"), FEEDS)
def test_every_recorded_field_is_expected_with_its_type(recorded, feed, n_records):
    fields = expected(feed)
    assert len(recorded[feed]) >= n_records
    for name, record in recorded[feed]:
        for key, value in record.items():
            assert key in fields, f"{name}: {feed}.{key} is not in fields.csv"
            assert NAMES[type(value).__name__] in fields[key]["type"].split("|"), f"{name}: {key}"


@pytest.mark.parametrize("feed", [feed for feed, _ in FEEDS])
def test_every_complete_recorded_record_has_every_required_field(recorded, feed):
    required = {key for key, row in expected(feed).items() if row["presence"] == "required"}
    complete = [record for name, record in recorded[feed] if "trimmed_keys" not in name]
    assert complete
    for record in complete:
        assert required <= set(record)


def test_recorded_fills_no_longer_carry_the_retired_client_order_id(recorded):
    row = expected("kalshi_fills")["client_order_id"]
    assert (row["presence"], row["announced_date"]) == ("retired", "2026-03-30")
    assert expected("kalshi_orders")["client_order_id"]["presence"] == "required"
    assert all("client_order_id" not in record for _, record in recorded["kalshi_fills"])
    assert all("client_order_id" in record for _, record in recorded["kalshi_orders"])


def test_recorded_weather_reports_are_expected_field_by_field():
    fields = expected("metar")
    reports = json.loads(shared("payloads", "weather", "awc_metar_samples.json").read_text("utf-8"))
    for report in reports:
        for key, value in report.items():
            assert NAMES[type(value).__name__] in fields[key]["type"].split("|"), key


def test_the_recorded_guidance_is_expected_field_by_field():
    fields = expected("open_meteo")
    path = shared("payloads", "weather", "open_meteo_previous_runs_KNYC_ecmwf.json")
    body = json.loads(path.read_text("utf-8"))
    for key, value in body.items():
        assert NAMES[type(value).__name__] in fields[key]["type"].split("|"), key
    required = {key for key, row in fields.items() if row["presence"] == "required"}
    assert required - {"hourly.time"} <= set(body)
    assert "time" in body["hourly"]


def test_a_field_is_listed_once_with_known_words_and_a_source():
    keys = [(row["feed"], row["field"]) for row in rows("fields")]
    assert len(set(keys)) == len(keys)
    assert set(column("fields", "feed")) <= set(column("feeds", "feed"))
    for row in rows("fields"):
        assert row["presence"] in {"required", "needed", "optional", "retired"}
        assert set(row["type"].split("|")) <= set(NAMES.values())
        assert row["source"]


def test_dates_run_forward_and_only_retired_fields_end():
    for row in rows("fields"):
        days = [row[key] for key in ("announced_date", "since_date", "until_date")]
        assert all(date.fromisoformat(day) for day in days if day)
        assert (row["until_date"] is not None) == (row["presence"] == "retired")
        if row["since_date"] and row["until_date"]:
            assert row["since_date"] < row["until_date"]


@pytest.mark.parametrize(
    ("feed", "field"),
    [
        ("kalshi_markets", "yes_bid"),
        ("kalshi_trades", "count"),
        ("kalshi_orders", "yes_price"),
        ("kalshi_fills", "no_price"),
        ("kalshi_settlements", "yes_count"),
        ("kalshi_positions", "position"),
    ],
)
def test_integer_cents_ended_on_2026_03_12_after_their_announcement(feed, field):
    row = expected(feed)[field]
    assert (row["announced_date"], row["until_date"]) == ("2026-01-15", "2026-03-12")
