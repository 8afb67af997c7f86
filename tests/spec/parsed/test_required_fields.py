"""Every field that data/fields.csv calls required is missed when it is gone, by name."""

from __future__ import annotations

import copy
import csv

import pytest

from tests.shared import ROOT
from tests.spec.parsed.bodies import NOUNS_OF_FEED, reasons, records, sample, tell

FEEDS = (
    "kalshi_markets", "kalshi_event", "kalshi_trades", "kalshi_orders", "kalshi_fills",
    "kalshi_settlements", "kalshi_positions", "kalshi_balance", "kalshi_deposits",
    "kalshi_withdrawals", "kalshi_intra_exchange_instance_transfers", "open_meteo",
)  # fmt: skip
with (ROOT / "data" / "fields.csv").open(encoding="utf-8", newline="") as file:
    REQUIRED = [
        (row["feed"], row["field"])
        for row in csv.DictReader(file)
        if row["presence"] == "required" and row["feed"] in FEEDS and "." not in row["field"]
    ]
# Another field says the same thing, so the sample says it only once.
SAID_ELSEWHERE = {"outcome_side": ("book_side",), "taker_outcome_side": ("taker_book_side",)}


@pytest.mark.parametrize(("feed", "field"), REQUIRED, ids="-".join)
@pytest.mark.parametrize("is_null", [False, True], ids=["removed", "null"])
def test_a_required_field_that_is_gone_is_a_reject_that_names_it(store, feed, field, is_null):
    body = copy.deepcopy(sample(feed))
    spoiled, *others = records(feed, body)
    assert field in spoiled
    for name in (field, *SAID_ELSEWHERE.get(field, ())):
        del spoiled[name]
    if is_null:
        spoiled[field] = None
    tell(store, feed, body)
    said = [each for noun in NOUNS_OF_FEED[feed] for each in reasons(store, noun)]
    assert {position for position, _ in said} == {0}
    assert any(field in words for _, words in said)
    for noun in NOUNS_OF_FEED[feed]:
        kept = store.frame(f"select distinct position from parsed.{noun}")["position"].to_list()
        assert set(range(1, len(others) + 1)) <= set(kept)


def test_every_feed_has_required_fields():
    assert {feed for feed, _ in REQUIRED} == set(FEEDS)
    assert len(REQUIRED) > 40
