"""parsed.payments: every moment at which the exchange says that a market was paid for."""

from __future__ import annotations

import itertools

import pytest

from tests.spec.drawn import expect, table
from tests.spec.parsed.bodies import reasons, sample, tell

FIRST = sample("kalshi_settlements_endings")["settlements"][0]
PAID, CORRECTED = "2026-06-11T12:00:00Z", "2026-06-11T20:00:00Z"


def test_every_ending_with_a_moment_is_a_payment_and_what_has_none_is_not(store):
    endings = sample("kalshi_settlements_endings")["settlements"]
    tell(store, "kalshi_settlements", {"settlements": [{**FIRST, "settled_time": ""}, *endings]})
    expect(
        table(store, "parsed.payments"),
        """
        ticker                 | settled_at | market_result | settlement_value_dollars
        KXHIGHNY-26JUN10-B72.5 | +1d 12:00  | yes           | 1.00
        KXHIGHNY-26JUN10-B74.5 | +1d 12:00  | no            | -
        KXHIGHNY-26JUN10-B76.5 | +1d 12:00  | scalar        | 0.50
        KXHIGHNY-26JUN10-T70   | +1d 12:00  | void          | -
        """,
    )
    assert reasons(store, "payments") == []


VERSIONS = {
    "13:00": {"settled_time": PAID, "market_result": "yes", "value": 100},
    "14:00": {"settled_time": CORRECTED, "market_result": "no", "value": 0},
    "15:00": {"settled_time": CORRECTED, "market_result": "scalar", "value": 25},
}


@pytest.mark.parametrize("hours", [*itertools.permutations(VERSIONS)], ids=" ".join)
def test_a_corrected_result_is_a_payment_beside_the_first_and_each_is_told_last(store, hours):
    for hour in hours:
        body = {"settlements": [{**FIRST, **VERSIONS[hour]}]}
        tell(store, "kalshi_settlements", body, received_at=f"+1d {hour}")
    expect(
        table(store, "parsed.payments"),
        """
        settled_at | market_result | settlement_value_dollars | received_at
        +1d 12:00  | yes           | 1.00                     | +1d 13:00
        +1d 20:00  | scalar        | 0.25                     | +1d 15:00
        """,
    )
