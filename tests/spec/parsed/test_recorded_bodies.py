"""Every recorded body lands; what is rejected is what a person would refuse as well.

`recorded_files.csv` says of each file which feed its body answers (`-`: kwx has no reader for it),
what its recorder wrapped around it, and how many rows of each table come of it. Wrappings are
undone here, never by a parser.
"""

from __future__ import annotations

import csv
import json
from datetime import timedelta

import pytest

from kwx_core.store import Landing
from tests.shared import ROOT, shared
from tests.spec.drawn import DAY, expect, table
from tests.spec.parsed.bodies import tell

GEN1 = "gen1_2024-2025_integer_cents"
GEN3 = "gen3_2026-06_fixed_point_demo"

with (ROOT / "tests/spec/parsed/recorded_files.csv").open(encoding="utf-8", newline="") as file:
    FILES = list(csv.DictReader(file))

# Notes of the recorders about their files.
NOTES = (".meta.json", ".md", "_recording_summary.json")

# file: (table, words of the reason, how many records, why a person agrees)
REJECTS = {
    "portfolio_balance_response.json": (
        "balances", "balance_dollars is missing", 1,
        "the cents that came alone until 2026-05-28 are truncated, so they are kept and said",
    ),
    "portfolio_settlements_response.json": (
        "settlements", "value is 4559", 1,
        "its recorder randomised the money: a YES contract cannot pay 45.59",
    ),
    "markets_KXHIGHNY-26SEP01_settled_TWC_trimmed_keys.json": (
        "quotes", "yes_bid_dollars is missing", 4,
        "its recorder trimmed the quotes away, so these markets have none",
    ),
    "prod_trade_2026-06.json": (
        "trades", "trade_id is missing; ticker is missing", 1,
        "its recorder left out the id and the market, and a trade of nothing is none",
    ),
}  # fmt: skip


def unwrapped(wrapping, text):
    """The bodies in a recorded file, as the exchange sent them."""
    if wrapping == "":
        return [text.encode()]
    if wrapping == "lines":
        return [line.encode() for line in text.splitlines() if line]
    told = json.loads(text)
    if wrapping == "frames":
        return [json.dumps(frame).encode() for frame in told]
    if wrapping == "by ticker":
        told = {"trades": [trade for trades in told.values() for trade in trades]}
    for key in wrapping.split(".") if wrapping != "by ticker" else ():
        # One thing alone is another endpoint's answer: it is told as a list of one.
        told = told[key] if key == "response" else {f"{key}s": [told[key]]}
    return [json.dumps(told).encode()]


def landings(row, number):
    """A recorded file as the polls that would have brought it, an hour after the file before."""
    path = shared("payloads", "kalshi", row["folder"], row["file"])
    received_at = DAY + timedelta(hours=number)
    bodies = unwrapped(row["wrapping"], path.read_text(encoding="utf-8"))
    return [
        Landing(
            feed="recorded" if row["feed"] == "-" else row["feed"],
            endpoint=row["file"],
            pull_id=row["file"],
            page=page,
            is_last_page=page == len(bodies) - 1,
            requested_at=received_at,
            received_at=received_at,
            status_code=int(row["status"]),
            body=body,
            request=row["request"] or None,
        )
        for page, body in enumerate(bodies)
    ]


def kept(counts):
    return "; ".join(f"{noun} {told.kept}" for noun, told in sorted(counts.items()) if told.kept)


def test_the_table_lists_every_recorded_body_once():
    listed = [(row["folder"], row["file"]) for row in FILES]
    present = [
        (folder.name, path.name)
        for folder in sorted(shared("payloads", "kalshi").iterdir())
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if not path.name.endswith(NOTES)
    ]
    assert sorted(listed) == sorted(present)
    assert len(listed) > 100


def test_a_file_that_nobody_reads_says_what_it_is():
    assert all(row["note"] for row in FILES if row["feed"] == "-" or row["kept"] == "")
    assert not any(row["kept"] for row in FILES if row["feed"] == "-")


def test_every_recorded_body_lands_and_the_rebuilt_books_reject_what_a_person_would(store):
    found = {}
    for number, row in enumerate(FILES):
        store.land(landings(row, number))
        found[row["file"]] = kept(store.parse())
    assert found == {row["file"]: row["kept"] for row in FILES}
    store.derive_all()
    assert store.rebuild(["parsed", "ledger"], write=True).rows_changed == 0
    rejects = store.frame(
        "select endpoint, noun, reason from parsed.rejects "
        "inner join landed.requests using (request_id)"
    )
    said = {}
    for endpoint, noun, reason in rejects.rows():
        said.setdefault(endpoint, []).append((noun, reason))
    assert sorted(said) == sorted(REJECTS)
    for endpoint, (noun, words, count, why) in REJECTS.items():
        assert why
        assert len(said[endpoint]) == count
        assert all(each == noun and words in reason for each, reason in said[endpoint])


def recorded(folder, name):
    return shared("payloads", "kalshi", folder, name).read_bytes()


def test_the_recorded_fills_cost_what_the_exchange_charged(store):
    tell(store, "kalshi_fills", recorded(GEN3, "fills__after_taker.json"))
    expect(
        table(store, "parsed.fills"),
        """
        outcome_side | price_dollars | contracts | fee_dollars | is_taker
        yes          | 0.52          | 1.00      | 0.0175      | true
        yes          | 0.99          | 1.00      | 0.0007      | true
        yes          | 0.99          | 1.00      | 0.0007      | true
        """,
    )


def test_a_winner_without_strikes_has_the_bounds_of_its_words(store):
    name = "event_KXHIGHAUS-25JAN17_tail_missing_strike_fields.json"
    tell(store, "kalshi_event", recorded(GEN1, name))
    expect(
        table(store, "parsed.markets").filter(bounds_evidence="subtitle"),
        "strike_type | market_result | climate_date\n- | yes | 2025-01-17",
    )


def test_recorded_weather_is_read(store):
    tell(store, "metar", shared("payloads", "weather", "awc_metar_samples.json").read_bytes())
    expect(
        table(store, "parsed.observations"),
        """
        station_id | observed_at          | kind  | lower_f | upper_f
        KMCI       | 2025-06-19T20:53:00Z | point | 86      | 86
        KNYC       | 2026-05-21T18:51:00Z | point | 58      | 58
        """,
    )
    body = shared("payloads", "weather", "open_meteo_previous_runs_KNYC_ecmwf.json").read_bytes()
    request = "source_id=open_meteo_ecmwf;stations=KNYC;unit=°F"
    tell(store, "open_meteo", body, request=request)
    expect(
        table(store, "parsed.guidance").filter(measure="high"),
        """
        climate_date | issued_at            | value_f
        2025-01-28   | 2025-01-28T05:00:00Z | 34.9
        2025-01-28   | 2025-01-27T05:00:00Z | 32.9
        """,
    )
    assert store.frame("select * from parsed.rejects").is_empty()
