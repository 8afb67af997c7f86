"""ledger.settlements: what a market paid us, from our own fills and the result."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.spec.drawn import at, expect, given, land, table

T = "KXHIGHNY-26JUN10-B72.5"
OTHER = "KXHIGHNY-26JUN10-B74.5"


def settled(store):
    store.derive("attribution")
    store.derive("settlements")
    return table(store, "ledger.settlements")


def bought(store, *fills):
    lines = [f"f{n} | {T} | {what}" for n, what in enumerate(fills)]
    given(
        store,
        "parsed.fills",
        "\n".join(
            ["fill_id | ticker | outcome_side | contracts | price_dollars | fee_dollars", *lines]
        ),
    )


def market(store, result, value="-"):
    given(
        store,
        "parsed.markets",
        f"ticker | market_result | settlement_value_dollars | settled_at\n"
        f"{T} | {result} | {value} | +1d 12:00",
    )


HEDGE = ("no | 1 | .75 | .02", "yes | 1 | .12 | .01")
LOPSIDED = ("yes | 1 | .86 | .01", "no | 2 | .16 | .02")


@pytest.mark.parametrize(
    ("fills", "result", "payout", "profit"),
    [
        (HEDGE, "no", "1.00", ".10"),
        (HEDGE, "yes", "1.00", ".10"),
        (LOPSIDED, "yes", "1.00", "-.21"),
        (LOPSIDED, "no", "2.00", ".79"),
        (("no | 1 | .75 | .02",), "no", "1.00", ".23"),
        (("yes | 1 | .25 | .01",), "no", "0", "-.26"),
        (("yes | 10 | .40 | 0",), "yes", "10.00", "6.00"),
        (("yes | 10 | .40 | 0",), "no", "0", "-4.00"),
        (("yes | 3 | .40 | 0", "no | 3 | .50 | 0"), "yes", "3.00", ".30"),
        (("yes | 3 | .40 | 0", "no | 3 | .50 | 0"), "no", "3.00", ".30"),
        # Two YES bought, two YES sold at .55: the sale is a purchase of NO at .45.
        (("yes | 2 | .40 | 0", "no | 2 | .45 | 0"), "yes", "2.00", ".30"),
        (("yes | 2 | .40 | 0", "no | 2 | .45 | 0"), "no", "2.00", ".30"),
        (("yes | .50 | .0950 | .000001",), "yes", ".50", ".452499"),
    ],
)
def test_the_winning_side_pays_a_dollar_a_contract(store, fills, result, payout, profit):
    bought(store, *fills)
    market(store, result)
    is_win = str(Decimal(profit) > 0).lower()
    expect(
        settled(store),
        f"ticker | state | payout_dollars | profit_dollars | is_win | disagrees\n"
        f"{T} | settled | {payout} | {profit} | {is_win} | false",
    )


@pytest.mark.parametrize(
    ("result", "value", "payout", "profit"),
    [
        ("scalar", ".30", "1.70", ".20"),
        ("void", ".50", "1.50", "0"),
        ("yes", ".30", "1.00", "-.50"),
    ],
)
def test_a_scalar_market_pays_yes_its_value_and_no_the_rest(store, result, value, payout, profit):
    bought(store, "yes | 1 | .50 | 0", "no | 2 | .50 | 0")
    market(store, result, value)
    expect(
        settled(store),
        f"state | payout_dollars | profit_dollars\n settled | {payout} | {profit}",
    )


@pytest.mark.parametrize("result", ["-", "scalar", "void"])
def test_an_unknown_result_or_value_is_pending_and_never_a_loss(store, result):
    bought(store, "yes | 1 | .25 | .01")
    market(store, result)
    expect(
        settled(store),
        f"""
        market_result | state   | payout_dollars | profit_dollars | is_win | cost_dollars
        {result}      | pending | -              | -              | -      | .25
        """,
    )


def test_a_market_nobody_told_us_of_is_pending_too(store):
    bought(store, "yes | 1 | .25 | .01")
    expect(settled(store), "ticker | market_result | state\n" + f"{T} | - | pending")


def test_a_market_without_own_fills_has_no_row(store):
    market(store, "yes")
    given(store, "parsed.settlements", f"ticker | market_result\n {T} | yes")
    assert settled(store).is_empty()


def test_the_settlement_says_the_result_where_the_market_does_not(store):
    bought(store, "yes | 1 | .25 | .01")
    given(store, "parsed.markets", f"ticker | market_result | settled_at\n {T} | - | -")
    given(
        store, "parsed.settlements", f"ticker | market_result | settled_at\n {T} | yes | +1d 13:00"
    )
    expect(
        settled(store),
        "market_result | state | payout_dollars | settled_at\n yes | settled | 1.00 | +1d 13:00",
    )


@pytest.mark.parametrize(
    ("reported", "disagrees"),
    [
        ("2.00 | 3 | 1 | 1.20 | .50 | .04", "false"),
        ("- | - | - | - | - | -", "false"),
        ("0 | 3 | 1 | 1.20 | .50 | .04", "true"),
        ("3.00 | 3 | 1 | 1.20 | .50 | .04", "true"),
        ("2.00 | 3 | 2 | 1.20 | .50 | .04", "true"),
        ("2.00 | 1 | 1 | 1.20 | .50 | .04", "false"),
        ("2.00 | 3 | 1 | 1.30 | .50 | .04", "true"),
        ("2.00 | 3 | 1 | 1.20 | .51 | .04", "true"),
        ("2.00 | 3 | 1 | 1.20 | .50 | .09", "true"),
    ],
)
def test_the_exchanges_figures_are_compared_and_never_used(store, reported, disagrees):
    bought(store, "yes | 3 | .40 | .03", "no | 1 | .50 | .01")
    market(store, "yes")
    given(
        store,
        "parsed.settlements",
        f"""
        ticker | market_result | settled_at | revenue_reported_dollars | yes_contracts_reported | \
no_contracts_reported | yes_cost_reported_dollars | no_cost_reported_dollars | fee_reported_dollars
        {T}    | yes           | +1d 12:00  | {reported}
        """,
    )
    revenue = reported.split(" | ")[0]
    expect(
        settled(store),
        f"payout_dollars | profit_dollars | revenue_reported_dollars | disagrees\n"
        f"3.00 | 1.26 | {revenue} | {disagrees}",
    )


def test_the_recorded_netted_pair_of_168_contracts_lost_eighty_dollars(store):
    bought(store, "yes | 168 | .577857 | 0", "no | 168 | .900833 | 0")
    market(store, "yes")
    given(
        store, "parsed.settlements", f"ticker | market_result | revenue_reported_dollars\n{T}|yes|0"
    )
    expect(
        settled(store),
        "payout_dollars | profit_dollars | disagrees\n 168 | -80.41992 | false",
    )


POSITION = "ticker | contracts | received_at | is_complete\n"


@pytest.mark.parametrize(
    ("position", "state"),
    [
        (f"{T} | 2 | 20:00 | true", "settled"),
        (f"{T} | 3 | 20:00 | true", "incomplete"),
        (f"{T} | -2 | 20:00 | true", "incomplete"),
        (f"{T} | 3 | 20:00 | false", "settled"),
        (f"{T} | 3 | +1d 20:00 | true", "settled"),
        # The fill of 19:00:00 must be in a position received ten seconds later, not one sooner.
        (f"{T} | 0 | 19:00:10 | true", "incomplete"),
        (f"{T} | 0 | 19:00:09.9 | true", "settled"),
        (f"{T} | 2 | 19:00:05 | true", "settled"),
        (f"{T} | 1 | 19:00:05 | true", "incomplete"),
        (f"{T} | 9 | 19:30 | true\n{T} | 2 | 20:00 | true", "settled"),
        (f"{T} | 2 | 19:30 | true\n{T} | 9 | 20:00 | true", "incomplete"),
    ],
)
def test_fills_that_miss_the_last_complete_position_are_incomplete(store, position, state):
    given(
        store,
        "parsed.fills",
        f"fill_id | ticker | contracts | price_dollars | filled_at\n f1 | {T} | 2 | .40 | 19:00",
    )
    market(store, "yes")
    given(store, "parsed.positions", POSITION + position)
    expect(settled(store), f"state | payout_dollars | profit_dollars\n {state} | 2.00 | 1.20")


@pytest.mark.parametrize(
    ("pulled_at", "is_whole", "state"),
    [
        ("20:00", True, "incomplete"),
        ("20:00", False, "settled"),
        ("+1d 12:00", True, "settled"),
        ("18:00", True, "settled"),
    ],
)
def test_a_complete_pull_without_the_market_says_nothing_is_held_while_it_is_unsettled(
    store, pulled_at, is_whole, state
):
    given(store, "parsed.fills", f"fill_id | ticker | filled_at\n f1 | {T} | 19:00")
    market(store, "yes")
    land(
        store,
        "kalshi_positions",
        {"market_positions": []},
        received_at=pulled_at,
        is_last_page=is_whole,
    )
    expect(settled(store), f"state\n {state}")


@pytest.mark.parametrize(
    ("subject", "severity", "said", "state"),
    [
        ("kalshi_positions.position_fp", "halt", "open", "settled"),
        ("kalshi_positions.position_fp", "halt", "resolved", "incomplete"),
        ("kalshi_positions.position_fp", "halt", "acknowledged", "incomplete"),
        ("kalshi_positions.brand_new", "info", "open", "incomplete"),
        ("kalshi_fills.count_fp", "halt", "open", "incomplete"),
    ],
)
def test_a_positions_feed_with_an_open_drift_contradicts_nothing(
    store, subject, severity, said, state
):
    bought(store, "yes | 1 | .40 | 0")
    market(store, "yes")
    given(store, "parsed.positions", POSITION + f"{T} | 5 | 20:00 | true")
    lines = [f"field_drift | {subject} | {severity} | open | 20:00"]
    if said == "resolved":
        lines.append(f"field_drift | {subject} | {severity} | resolved | 21:00")
    given(
        store,
        "audit.observations",
        "\n".join(["finding | subject | severity | state | seen_at", *lines]),
    )
    if said == "acknowledged":
        given(store, "audit.acknowledgements", f"finding | subject\n field_drift | {subject}")
    expect(settled(store), f"state\n {state}")


def test_a_fee_that_nobody_told_is_the_models(store):
    given(
        store,
        "parsed.fills",
        f"""
        fill_id | ticker  | contracts | price_dollars | fee_dollars | is_taker | filled_at
        f1      | {T}     | 10        | .50           | -           | true     | 2026-02-10T12:00
        f2      | {OTHER} | 1         | .52           | -           | true     | 2026-06-11T12:00
        f3      | C       | 1         | .5            | -           | false    | 2026-06-11T12:00
        f4      | D       | 10        | .20           | -           | -        | 2026-02-10T12:00
        f5      | E       | 1         | .52           | .9          | true     | 2026-06-11T12:00
        """,
    )
    store.derive("fee_checks")
    expect(
        settled(store),
        f"ticker | fee_dollars\n {T} | .18\n {OTHER} | .0175\n C | 0\n D | .12\n E | .9",
    )


def test_a_window_brings_the_markets_that_settle_or_trade_in_it_and_all_that_are_pending(store):
    given(
        store,
        "parsed.fills",
        """
        fill_id | ticker | filled_at
        f1      | A      | 12:00
        f2      | B      | +5d 12:00
        f3      | C      | 12:00
        f4      | D      | 12:00
        """,
    )
    given(
        store,
        "parsed.markets",
        """
        ticker | market_result | settled_at
        A      | yes           | +1d 12:00
        B      | yes           | +6d 12:00
        C      | yes           | +5d 12:00
        D      | -             | -
        """,
    )
    store.derive("settlements", (at("+5d 00:00"), at("+5d 23:00")))
    expect(table(store, "ledger.settlements"), "ticker\n B\n C\n D")
