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
        (("yes | .01 | .0001 | 0",), "yes", ".01", ".009999"),
        (("no | .01 | .9999 | 0",), "yes", "0", "-.009999"),
        # What only comes back is not won.
        (("yes | 1 | .98 | .02",), "yes", "1.00", "0"),
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


@pytest.mark.parametrize(
    ("listed", "paid", "result", "profit", "disagrees"),
    [
        # The listing, then the account's row: result, value, when it was received.
        ("yes | - | 12:00", "no | 0 | 13:00", "no", "-.41", "true"),
        ("yes | - | 13:00", "no | 0 | 12:00", "yes", ".59", "true"),
        ("no | - | 12:00", "scalar | .50 | 13:00", "scalar", ".09", "true"),
        ("scalar | .5025 | 12:00", "scalar | .50 | 13:00", "scalar", ".0925", "false"),
        ("scalar | .30 | 12:00", "void | - | 13:00", "void", "-", "true"),
        ("scalar | - | 12:00", "scalar | .50 | 11:00", "scalar", ".09", "false"),
        ("yes | 1 | 12:00", "- | - | 13:00", "yes", ".59", "false"),
    ],
)
def test_a_corrected_result_counts_from_when_we_have_it(
    store, *, listed, paid, result, profit, disagrees
):
    bought(store, "yes | 1 | .40 | .01")
    head = "ticker | settled_at | market_result | settlement_value_dollars | received_at\n"
    given(store, "parsed.markets", f"{head}{T} | +1d 12:00 | {listed}")
    given(store, "parsed.settlements", f"{head}{T} | +1d 12:00 | {paid}")
    state = "pending" if profit == "-" else "settled"
    expect(
        settled(store),
        f"market_result | state | profit_dollars | disagrees\n"
        f"{result} | {state} | {profit} | {disagrees}",
    )


def test_a_market_that_is_paid_again_moves_profit_lots_and_cash_to_the_later_word(store):
    given(
        store,
        "parsed.fills",
        f"""
        fill_id | ticker | outcome_side | contracts | price_dollars | fee_dollars | exchange_index
        f1      | {T}    | yes          | 2         | .40           | .01         | 0
        f2      | {T}    | no           | .50       | .3501         | .000001     | 0
        """,
    )
    given(store, "parsed.balances", "exchange_index|balance_dollars|received_at\n 0|100|10:00")
    row = {"ticker": T, "revenue": 150, "settled_time": "2026-06-11T12:00:00Z", "value": 100}
    row |= {"yes_count_fp": "2.00", "no_count_fp": "0.50", "event_ticker": "KXHIGHNY-26JUN10"}
    for result, value, at_ in (("yes", 100, "+1d 12:01"), ("no", 0, "+1d 18:00")):
        body = {"settlements": [{**row, "market_result": result, "value": value}]}
        land(store, "kalshi_settlements", body, received_at=at_)
        store.parse("settlements")
        store.derive_all()
    expect(
        table(store, "ledger.settlements"),
        "market_result | payout_dollars | profit_dollars | disagrees\n no | .50 | -.485051 | true",
    )
    expect(
        store.frame("select * from ledger.cash where kind = 'netting' or kind = 'settlement'"),
        "kind | amount_dollars\n netting | .50",
    )


@pytest.mark.parametrize("result", ["yes", "no"])
def test_a_market_that_closes_early_is_paid_by_its_result_like_any_other(store, result):
    """An early close moves close and settlement times only; nothing waits for the planned end."""
    bought(store, "yes | 1 | .25 | .01")
    given(
        store,
        "parsed.markets",
        f"ticker|status|market_result|close_at|settled_at\n {T}|finalized|{result}|20:00|20:10",
    )
    profit = {"yes": ".74", "no": "-.26"}[result]
    expect(settled(store), f"state | profit_dollars | settled_at\n settled | {profit} | 20:10")


FILL = {
    "fill_id": "f1", "order_id": "o1", "ticker": T, "outcome_side": "yes", "book_side": "bid",
    "count_fp": "2.50", "yes_price_dollars": "0.4125", "no_price_dollars": "0.5875",
    "fee_cost": "0.042550", "is_taker": True, "created_time": "2026-06-10T12:00:00Z",
    "side": "yes", "action": "buy", "trade_id": "f1", "client_order_id": "mm_xb_1",
}  # fmt: skip
PAID = {
    "ticker": T, "event_ticker": "KXHIGHNY-26JUN10", "market_result": "yes", "value": 100,
    "yes_count_fp": "2.50", "no_count_fp": "0.00", "revenue": 250, "fee_cost": "0.042550",
    "yes_total_cost_dollars": "1.031250", "no_total_cost_dollars": "0.000000",
    "settled_time": "2026-06-11T12:00:00Z",
}  # fmt: skip
HELD = {"ticker": T, "position_fp": "2.50"}


def without(row: dict, *names: str) -> dict:
    return {name: value for name, value in row.items() if name not in names}


@pytest.mark.parametrize(
    ("fill", "paid", "held"),
    [
        (FILL, PAID, HELD),
        (without(FILL, "client_order_id", "side", "action", "trade_id"), PAID, HELD),
        # The model's fee of that day is the one that was charged.
        (without(FILL, "fee_cost"), PAID, HELD),
        (FILL, {**PAID, "revenue": 0}, HELD),
        (FILL, without(PAID, "revenue", "value", "fee_cost", "yes_total_cost_dollars"), HELD),
        (FILL, {**PAID, "yes_count_fp": "0.00", "yes_total_cost_dollars": "103.1250"}, HELD),
        (FILL, without(PAID, "market_result", "settled_time"), HELD),
        (FILL, None, HELD),
        (FILL, PAID, without(HELD, "position_fp")),
        (FILL, PAID, {**without(HELD, "position_fp"), "position": 3}),
        (FILL, PAID, None),
    ],
)
def test_profit_is_the_same_whichever_of_fills_settlements_or_positions_drifts(
    store, fill, paid, held
):
    market(store, "yes")
    bodies = {
        "kalshi_fills": {"fills": [fill]},
        "kalshi_settlements": {"settlements": [paid] if paid else []},
        "kalshi_positions": {"market_positions": [held] if held else []},
    }
    for feed, body in bodies.items():
        land(store, feed, {**body, "cursor": ""}, received_at="12:05")
    store.parse()
    store.derive_all()
    expect(
        table(store, "ledger.settlements"),
        "payout_dollars | cost_dollars | fee_dollars | profit_dollars\n"
        "2.50 | 1.03125 | .04255 | 1.4262",
    )
    assert table(store, "ledger.pnl")["profit_dollars"].to_list() == [Decimal("1.42620")]


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
    """Costs of 97.08 and 151.34 for 168 of each side; revenue 0 is the sum of what did not pair."""
    bought(
        store,
        "yes | 167 | .58 | 0", "yes | 1 | .22 | 0", "no | 166 | .90 | 0", "no | 2 | .97 | 0",
    )  # fmt: skip
    market(store, "yes")
    given(
        store,
        "parsed.settlements",
        f"""
        ticker | market_result | revenue_reported_dollars | yes_contracts_reported | \
no_contracts_reported | yes_cost_reported_dollars | no_cost_reported_dollars | fee_reported_dollars
        {T} | yes | 0 | 168 | 168 | 97.08 | 151.34 | 0
        """,
    )
    expect(
        settled(store),
        "payout_dollars | cost_dollars | profit_dollars | is_win | disagrees\n"
        "168 | 248.42 | -80.42 | false | false",
    )


@pytest.mark.parametrize("result", ["yes", "no"])
def test_what_was_sold_is_paired_with_what_was_bought_and_never_added_to_it(store, result):
    """Two YES bought and two YES sold: two pairs, nothing held, and the exchange's 0 agrees."""
    sale = {**FILL, "fill_id": "f2", "trade_id": "f2", "count_fp": "2.00", "action": "sell"}
    sale = without(sale, "outcome_side", "book_side", "client_order_id") | {
        "yes_price_dollars": "0.5500", "no_price_dollars": "0.4500", "fee_cost": "0.0000",
    }  # fmt: skip
    buy = {**sale, "fill_id": "f1", "trade_id": "f1", "action": "buy"}
    buy |= {"yes_price_dollars": "0.4000", "no_price_dollars": "0.6000"}
    land(store, "kalshi_fills", {"fills": [sale, buy], "cursor": ""}, received_at="12:05")
    nothing = {"market_positions": [{"ticker": T, "position_fp": "0.00"}], "cursor": ""}
    land(store, "kalshi_positions", nothing, received_at="12:05")
    market(store, result)
    store.parse("fills", "positions")
    store.derive_all()
    expect(
        table(store, "ledger.settlements"),
        "state | yes_contracts | no_contracts | payout_dollars | profit_dollars\n"
        "settled | 2 | 2 | 2.00 | .30",
    )
    expect(table(store, "ledger.positions"), "netted_contracts\n 2")
    checks = store.frame("select own_contracts, is_agreed from ledger.position_checks")
    expect(checks, "own_contracts | is_agreed\n 0 | true")


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
    lines = [f"{line} | 0" for line in position.splitlines()]
    head = f"{POSITION.strip()} | exchange_index"
    given(store, "parsed.positions", "\n".join([head, *lines]))
    expect(settled(store), f"state | payout_dollars | profit_dollars\n {state} | 2.00 | 1.20")


@pytest.mark.parametrize(
    ("pulls", "state"),
    [
        # What a shard holds of a market, pull by pull; we hold 2 YES on one and 3 NO on the other.
        (({0: "2.00", 1: "-3.00"},), "settled"),
        (({1: "-3.00", 0: "2.00"},), "settled"),
        (({0: "2.00", 1: "-2.00"},), "incomplete"),
        (({0: "2.00"},), "incomplete"),
        # What moved to another shard is no longer listed on the first one, and counts once.
        (({0: "2.00", 1: "-3.00"}, {1: "-1.00"}), "settled"),
        (({0: "-1.00"}, {1: "-1.00"}), "settled"),
        (({0: "2.00", 1: "-3.00"}, {1: "-3.00"}), "incomplete"),
    ],
)
def test_a_position_is_what_all_shards_hold_together(store, pulls, state):
    given(
        store,
        "parsed.fills",
        f"""
        fill_id | ticker | outcome_side | contracts | exchange_index | filled_at
        f1      | {T}    | yes          | 2         | 0              | 12:00
        f2      | {T}    | no           | 3         | 1              | 12:00
        """,
    )
    market(store, "yes")
    for hour, shards in enumerate(pulls, 13):
        held = [{"ticker": T, "position_fp": n, "exchange_index": s} for s, n in shards.items()]
        body = {"market_positions": held, "cursor": ""}
        land(store, "kalshi_positions", body, received_at=f"{hour}:00")
    store.parse("positions")
    expect(settled(store), f"state\n {state}")


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
