"""The dated rules of ref.fees ask for every fee that was recorded: of fills, orders, answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

from tests.shared import shared
from tests.spec.drawn import given, table

# In the recording of January 2026 money was replaced by random amounts before it was published:
# a fee of $447 on 32 contracts. It shows shapes only.
RANDOMISED = "gen2_2026-01_dual_cents_and_dollars"
D = Decimal


def recorded():
    """Every object in every recorded body, with the name of its file."""
    folder = shared("payloads", "kalshi")
    for file in sorted(folder.rglob("*.json")):
        if RANDOMISED not in file.parts and not file.name.endswith(".meta.json"):
            body = json.loads(file.read_text(encoding="utf-8"))
            yield from ((file.stem, each) for each in objects(body))


def objects(value):
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from objects(each)


def charged():
    """Each recorded fee as a fill: name, contracts, price, fee, when; an order fills at once."""
    for number, (name, each) in enumerate(recorded()):
        label = f"{name}:{number}"
        if D(each.get("fee_cost") or 0) and "count_fp" in each:
            role = str(each["is_taker"]).lower()
            price = each["yes_price_dollars"]
            yield label, role, each["count_fp"], price, each["fee_cost"], each["created_time"]
        elif D(each.get("taker_fees_dollars") or 0):
            count = D(each["fill_count_fp"])
            price = D(each["taker_fill_cost_dollars"]) / count
            yield label, "true", count, price, each["taker_fees_dollars"], each["created_time"]
        elif D(each.get("maker_fees_dollars") or 0):
            count = D(each["fill_count_fp"])
            price = D(each["maker_fill_cost_dollars"]) / count
            yield label, "false", count, price, each["maker_fees_dollars"], each["created_time"]
        elif D(each.get("average_fee_paid") or 0):
            count, price = D(each["fill_count"]), each["average_fill_price"]
            when = datetime.fromtimestamp(each["ts_ms"] / 1000, UTC).isoformat()
            yield label, "true", count, price, D(each["average_fee_paid"]) * count, when


def checked(store, rows):
    names = "fill_id | is_taker | contracts | price_dollars | fee_dollars | filled_at"
    given(store, "parsed.fills", "\n".join([names, *(" | ".join(map(str, row)) for row in rows)]))
    store.derive("fee_checks")
    return table(store, "ledger.fee_checks")


def test_every_recorded_fee_is_the_one_that_the_rules_ask_for(store):
    rows = list(charged())
    found = checked(store, rows)
    # Three fills, the orders that they filled, two answers to orders.
    assert found.height == len(rows) >= 8
    odd = found.filter(~found["is_agreed"])
    assert odd.is_empty(), odd


def test_a_recorded_position_s_fees_are_those_of_its_fills(store):
    rows = [row for row in charged() if row[0].startswith("fills__after_taker")]
    asked = checked(store, rows)["model_fee_dollars"].sum()
    told = [D(each["fees_paid_dollars"]) for _, each in recorded() if "fees_paid_dollars" in each]
    assert told
    assert {asked} == set(told)
