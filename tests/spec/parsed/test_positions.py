"""parsed.positions: what the exchange says we hold, pull by pull."""

from __future__ import annotations

import pytest

from tests.spec.drawn import expect, land, table
from tests.spec.parsed.bodies import reasons, sample, tell


def test_a_position_is_signed_and_money_is_as_reported(store):
    tell(store, "kalshi_positions", sample("kalshi_positions"))
    expect(
        table(store, "parsed.positions"),
        """
        ticker                 | contracts | exposure_dollars | realized_profit_dollars
        KXHIGHNY-26JUN10-B72.5 | 1.00      | 0.30             | 0.00
        KXHIGHNY-26JUN10-T77   | -0.50     | 0.48             | -0.25
        """,
    )
    assert reasons(store, "positions") == []


@pytest.mark.parametrize(
    ("pages", "is_complete"),
    [
        ([(0, True, 200)], "true"),
        ([(0, False, 200)], "false"),
        ([(0, False, 200), (1, True, 200)], "true"),
        ([(0, False, 200), (1, True, 503)], "false"),
        ([(1, True, 200)], "false"),
    ],
    ids=str,
)
def test_a_pull_is_complete_when_every_page_answered_and_the_last_said_so(
    store, pages, is_complete
):
    empty = {"market_positions": []}
    for page, is_last_page, status_code in reversed(pages):
        body = sample("kalshi_positions") if page == pages[0][0] else empty
        tell(
            store,
            "kalshi_positions",
            body,
            page=page,
            is_last_page=is_last_page,
            status_code=status_code,
        )
    store.rebuild(["parsed"], write=True)
    expect(
        table(store, "parsed.positions"),
        f"""
        contracts | is_complete
        1.00      | {is_complete}
        -0.50     | {is_complete}
        """,
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"position_fp": None}, "position_fp is missing"),
        ({"position_fp": "-inf"}, "position_fp is -inf"),
        ({"position_fp": "0.005"}, "position_fp is 0.005"),
        ({"position_fp": 1e300}, "position_fp is 1e+300"),
        ({"ticker": None}, "ticker is missing"),
        ({"market_exposure_dollars": "much"}, "market_exposure_dollars is much"),
        ({"realized_pnl_dollars": [1]}, "realized_pnl_dollars is [1]"),
        ({"fees_paid_dollars": "-0.01"}, "fees_paid_dollars is -0.01"),
        ({"exchange_index": "x"}, "exchange_index is x"),
    ],
    ids=str,
)
def test_a_position_that_cannot_be_read_is_a_reject_and_the_other_lands(store, change, reason):
    first, second = sample("kalshi_positions")["market_positions"]
    tell(store, "kalshi_positions", {"market_positions": [{**first, **change}, second]})
    expect(table(store, "parsed.positions"), "ticker\nKXHIGHNY-26JUN10-T77")
    assert reasons(store, "positions") == [(0, reason)]


def test_whole_contracts_of_the_older_format_are_read(store):
    tell(
        store, "kalshi_positions", {"market_positions": [{"ticker": "KXHIGHNY-X", "position": -40}]}
    )
    expect(
        table(store, "parsed.positions"), "contracts | exposure_dollars | fee_dollars\n-40 | - | -"
    )


def test_a_page_that_comes_twice_in_a_pull_is_held_once(store):
    for page in (0, 1):
        land(
            store, "kalshi_positions", sample("kalshi_positions"), page=page,
            is_last_page=page == 1, received_at=f"12:00:0{page}", pull_id="one",
        )  # fmt: skip
    tell(store, "kalshi_positions", sample("kalshi_positions"), received_at="12:01", pull_id="two")
    expect(
        table(store, "parsed.positions"),
        """
        contracts | received_at
        1.00      | 12:00:01
        -0.50     | 12:00:01
        1.00      | 12:01
        -0.50     | 12:01
        """,
    )
