"""decided.decisions: every candidate with every gate, one verdict and one reason."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kwx_core import pipeline
from kwx_core.decided.situation import Run
from kwx_core.store import Store
from tests.spec.drawn import at, expect, given, land
from tests.spec.walk import (
    ARMED,
    EVENT,
    arm,
    book,
    decisions,
    feeds,
    gate,
    guidance,
    ladder,
    override,
    permit,
    policy,
    quotes,
    reports,
)

B74 = f"{EVENT}-B74.5"
NOW = "22:01"  # 17:01 standard time
IN_ORDER = [
    *("quote_present", "price_band", "conviction", "edge_log", "modal_bracket", "post_peak"),
    *("observation_age", "hours_to_close", "positions_known", "not_holding", "not_resting"),
    *("no_unknown_intent", "book_present", "book_price", "book_size", "leg_rank"),
    *("day_exposure", "edge_live", "feed_health", "not_blocked", "armed", "not_halted"),
    "environment",
]


def world(store: Store, *without: str) -> None:
    """All is well, and NO of 74-75 is wished for: believed .766, offered at .60."""
    ladder(store)
    guidance(store, 74.0)
    reports(store, ("19:51", 72), ("20:51", 72), ("21:51", 71))
    quotes(store, "22:00", ("B72.5", "0.60", "0.65"), ("B74.5", "0.40", "0.45"))
    feeds(store, "22:00", *without)
    if "book" not in without:
        book(store, "22:00", ("B74.5", "bid", "0.40", "5"), ("B74.5", "bid", "0.39", "80"))
    if "arm" not in without:
        arm(store, "21:00")


def decided(store: Store, ticker: str = B74, moment: str = NOW, **said) -> dict:
    return decisions(store, moment, **said).filter(ticker=ticker).row(0, named=True)


def test_every_gate_stands_in_its_place_on_every_candidate(store: Store) -> None:
    world(store)
    found = decisions(store, NOW)
    assert found.height == 6
    for gates in found["gates"]:
        assert [each["gate"] for each in gates] == IN_ORDER
        assert [each["position"] for each in gates] == list(range(1, 24))


def test_a_candidate_that_passes_every_gate_posts(store: Store) -> None:
    world(store)
    row = decided(store)
    assert (row["verdict"], row["reason"]) == ("post", "clear")
    assert (row["outcome_side"], row["price_dollars"]) == ("no", Decimal("0.60"))
    assert row["contracts"] == 1
    # .07 * .60 * .40 = .0168, rounded up to a hundredth of a cent in June 2026
    believed = Decimal(f"{1 - row['yes_probability']:.6f}")
    assert row["edge_dollars"] == believed - Decimal("0.60") - Decimal("0.0168")
    assert all(each["passed"] for each in row["gates"])
    kept = store.frame("select gate from decided.gates where passed")
    assert kept.height >= 23


FAILING = [
    ("feed", "kalshi_positions", "positions_known", None),
    ("without", "book", "book_present", None),
    ("without", "arm", "armed", False),
    ("without", "metar", "feed_health", False),
    ("without", "open_meteo", "feed_health", False),
    ("without", "kalshi_orders", "feed_health", False),
    ("without", "kalshi_fills", "feed_health", False),
    ("without", "kalshi_markets", "feed_health", False),
]


@pytest.mark.parametrize(("_how", "what", "name", "passed"), FAILING)
def test_what_is_missing_blocks_and_is_the_reason(
    store: Store, _how: str, what: str, name: str, passed: bool | None
) -> None:
    world(store, what)
    row = decided(store)
    assert (row["verdict"], row["reason"]) == ("shadow", name)
    assert gate(row, name)["passed"] is passed


AFTERWARDS = [
    ("parsed.fills", "ticker | outcome_side | contracts\n{t} | no | 1", "not_holding", 1.0),
    ("parsed.fills", "ticker | outcome_side | contracts\n{t} | yes | 0.5", "not_holding", 0.5),
    (
        "parsed.positions",
        "ticker | contracts | received_at\n{t} | -2 | 22:00",
        "not_holding",
        2.0,
    ),
    (
        "parsed.orders",
        "ticker | status | remaining_contracts\n{t} | resting | 3",
        "not_resting",
        3.0,
    ),
    ("posted.intents", "ticker | outcome_side\n{t} | no", "no_unknown_intent", 1.0),
    ("posted.intents", "ticker | outcome_side\n{t} | yes", "no_unknown_intent", 1.0),
]


@pytest.mark.parametrize(("table", "picture", "name", "value"), AFTERWARDS)
def test_what_the_account_has_on_the_market_blocks(
    store: Store, table: str, picture: str, name: str, value: float
) -> None:
    world(store)
    given(store, table, picture.format(t=B74))
    row = decided(store)
    assert (row["verdict"], row["reason"]) == ("shadow", name)
    assert gate(row, name)["value"] == value


@pytest.mark.parametrize(
    ("state", "side", "reason"),
    [
        ("unknown", "no", "no_unknown_intent"),
        ("unknown", "yes", "no_unknown_intent"),
        ("never_landed", "no", "no_unknown_intent"),  # its market and side, until the close
        ("never_landed", "yes", "clear"),
        ("rejected", "no", "clear"),
        ("cancelled", "no", "clear"),
        ("accepted", "no", "not_resting"),  # not in the order list yet
    ],
)
def test_an_intent_blocks_by_its_last_word(
    store: Store, state: str, side: str, reason: str
) -> None:
    world(store)
    given(store, "posted.intents", f"intent_id | ticker | outcome_side\nI | {B74} | {side}")
    given(
        store,
        "posted.outcomes",
        f"intent_id | state | order_id | observed_at\nI | {state} | O | 21:30",
    )
    assert decided(store)["reason"] == reason


def test_positions_of_an_incomplete_pull_are_not_known(store: Store) -> None:
    world(store, "kalshi_positions")
    land(store, "kalshi_positions", {}, received_at="22:00", is_last_page=False)
    row = decided(store)
    assert row["reason"] == "positions_known"
    assert gate(row, "not_holding")["passed"] is None


@pytest.mark.parametrize(
    ("received_at", "reason"), [("21:58", "clear"), ("21:57", "positions_known")]
)
def test_positions_grow_old_after_three_cadences(
    store: Store, received_at: str, reason: str
) -> None:
    world(store, "kalshi_positions")
    land(store, "kalshi_positions", {}, received_at=received_at)
    assert decided(store)["reason"] == reason


@pytest.mark.parametrize(
    ("bid", "contracts", "price", "reason"),
    [
        ("0.40", "5", "0.60", "clear"),  # best ask .60 = the price decided on
        ("0.39", "5", "0.60", "book_price"),  # best ask .61: the price has moved away
        ("0.41", "5", "0.60", "clear"),  # best ask .59: limit .61, never above the price
        ("0.43", "5", "0.59", "clear"),  # best ask .57: limit .59
        ("0.40", "0.50", "0.60", "book_size"),  # not one whole contract on offer
    ],
)
def test_the_limit_follows_the_book_down_and_never_up(
    store: Store, bid: str, contracts: str, price: str, reason: str
) -> None:
    world(store, "book")
    book(store, "22:00", ("B74.5", "bid", bid, contracts))
    row = decided(store)
    assert (row["price_dollars"], row["reason"]) == (Decimal(price), reason)


@pytest.mark.parametrize(("leg", "size", "count"), [("3", "2.70", 2), ("3", "9", 3), ("1", "9", 1)])
def test_contracts_are_whole_and_at_most_the_top_of_the_book(
    store: Store, leg: str, size: str, count: int
) -> None:
    world(store, "book")
    book(store, "22:00", ("B74.5", "bid", "0.40", size), ("B74.5", "bid", "0.39", "50"))
    row = decided(store, rules=policy(override("entry.contracts_per_leg", f'"{leg}"')))
    assert (row["contracts"], row["verdict"]) == (count, "post")


def test_a_book_of_five_minutes_ago_is_no_book(store: Store) -> None:
    world(store, "book")
    book(store, "21:55:59", ("B74.5", "bid", "0.40", "5"))
    assert decided(store)["reason"] == "book_present"


def wishes(store: Store, belief: pipeline.Belief) -> list[str]:
    return pipeline.wishes(pipeline.judge(store, policy(), belief, at(NOW), ARMED), policy())


def test_the_books_wished_for_are_those_that_nothing_before_them_stops(store: Store) -> None:
    world(store, "book", "arm")
    belief = pipeline.believe(store, policy(), at(NOW))
    assert wishes(store, belief) == [B74]
    given(store, "parsed.fills", f"ticker\n{B74}")
    assert wishes(store, belief) == []


def test_where_no_quote_is_worth_it_no_book_is_wished_for(store: Store) -> None:
    world(store, "book")
    quotes(store, "22:00:30", ("B74.5", "0.20", "0.25"))
    belief = pipeline.believe(store, policy(), at(NOW))
    assert wishes(store, belief) == []


def test_a_wish_says_what_really_stops_it_once_its_book_is_there(store: Store) -> None:
    world(store, "arm")
    assert decided(store)["reason"] == "armed"


QUOTED = [
    # bid and ask of 74-75, believed .234: side, price, verdict, reason
    ("-", "-", None, None, "pass", "quote_present"),
    ("0.40", "-", "no", "0.60", "post", "clear"),
    ("0.33", "-", "no", "0.67", "shadow", "edge_live"),  # wished, not worth money
    ("0.31", "-", "no", "0.69", "pass", "edge_log"),
    ("0.97", "0.98", "no", "0.03", "pass", "price_band"),
    ("-", "0.05", "yes", "0.05", "pass", "conviction"),
    ("0.95", "-", "no", "0.05", "post", "clear"),  # a price at the band's end is inside it
]


@pytest.mark.parametrize("quoted", QUOTED)
def test_the_better_side_after_the_fee_is_proposed_and_judged(
    store: Store, quoted: tuple[str | None, ...]
) -> None:
    bid, ask, side, price, verdict, reason = quoted
    world(store, "book")
    quotes(store, "22:00:30", ("B74.5", bid, ask))
    if bid != "-":
        book(store, "22:00:30", ("B74.5", "bid", bid, "5"))
    row = decided(store)
    assert row["outcome_side"] == side
    assert row["price_dollars"] == (None if price is None else Decimal(price))
    assert (row["verdict"], row["reason"]) == (verdict, reason)


def test_a_quote_that_grew_old_is_unknown(store: Store) -> None:
    world(store)
    row = decided(store, moment="22:05:01")
    assert (row["verdict"], row["reason"]) == ("pass", "quote_present")
    assert gate(row, "quote_present")["passed"] is None
    assert row["outcome_side"] is None


def test_an_unknown_fee_is_an_unknown_edge(store: Store) -> None:
    world(store)
    store._con.execute("delete from ref.fees")
    row = decided(store)
    assert (row["verdict"], row["edge_dollars"]) == ("pass", None)
    assert gate(row, "edge_log")["passed"] is None


def test_the_modal_bracket_is_never_sold(store: Store) -> None:
    """At an sd above 2.4 the likeliest bracket has less than .35: conviction would sell it."""
    ladder(store)
    guidance(store, 73.0, 4.0)
    quotes(store, "22:00", ("B72.5", "0.60", "0.65"), ("B74.5", "0.60", "0.65"))
    found = {row["ticker"]: row for row in decisions(store, NOW).iter_rows(named=True)}
    modal = found[f"{EVENT}-B72.5"]
    assert (modal["outcome_side"], gate(modal, "edge_live")["passed"]) == ("no", True)
    assert (modal["verdict"], modal["reason"]) == ("shadow", "modal_bracket")
    assert found[B74]["reason"] == "post_peak"


def test_the_cap_is_for_edge_and_conviction_and_the_raw_belief_is_stored(store: Store) -> None:
    world(store, "book")
    quotes(store, "22:00:30", ("T70", "0.10", "0.12"))
    row = decided(store, f"{EVENT}-T70")
    assert row["yes_probability"] < 0.001
    assert gate(row, "conviction")["value"] == 0.99
    assert row["edge_dollars"] == Decimal("0.99") - Decimal("0.90") - Decimal("0.0063")


def test_the_same_candidate_is_decided_again_only_when_something_changed(store: Store) -> None:
    world(store, "book")
    rules = policy()
    belief = pipeline.believe(store, rules, at(NOW))

    def height(moment: str) -> int:
        judged = pipeline.judge(store, rules, belief, at(moment), ARMED)
        return pipeline.decide(store, rules, judged).height

    assert height("22:01") == 6
    assert height("22:02") == 0
    permit(store, "family | state | set_at\n* | halted | 22:02:30")
    assert height("22:03") == 6  # a person has said something
    assert height("22:04") == 0
    quotes(store, "22:04:30", ("B74.5", "0.41", "0.46"))
    belief = pipeline.believe(store, rules, at("22:05"))
    assert height("22:05") == 1  # one quote has moved
    reports(store, ("22:05", 73))
    belief = pipeline.believe(store, rules, at("22:05:30"))
    assert height("22:05:30") == 6  # the evidence has
    assert height("22:10:29") == 1  # one quote has grown old in the meantime
    assert height("22:10:30") == 5  # the others after five minutes


def test_a_decision_is_named_after_what_it_decides(store: Store) -> None:
    world(store)
    first = decided(store)
    store._con.execute("delete from decided.decisions")
    assert decided(store)["decision_id"] == first["decision_id"]
    store._con.execute("delete from decided.decisions")
    quotes(store, "22:00:45", ("B74.5", "0.41", "0.45"))
    assert decided(store)["decision_id"] != first["decision_id"]


HALTS = [
    ("halt", "field_drift", "kalshi_fills.count_fp", False, "feed_health"),
    ("halt", "field_drift", "nws_cli.productText", False, "clear"),  # nobody asks for it
    ("halt", "positions_disagree", EVENT, False, "feed_health"),
    ("halt", "field_drift", "kalshi_fills.count_fp", True, "clear"),
    ("warning", "field_drift", "kalshi_fills.client_order_id", False, "clear"),
    ("halt", "rules_changed", "KXHIGHNY since 2026-06-10", False, "feed_health"),
    ("halt", "rules_changed", "KXHIGHNY since 2026-06-10", True, "clear"),
    ("halt", "rules_changed", "KXHIGHCHI since 2026-06-10", False, "clear"),  # another series
]


@pytest.mark.parametrize("case", HALTS)
def test_an_open_halt_that_nobody_acknowledged_blocks(
    store: Store, case: tuple[str, str, str, bool, str]
) -> None:
    severity, finding, subject, acknowledged, reason = case
    world(store)
    given(
        store,
        "audit.observations",
        f"finding | subject | severity | state | seen_at\n"
        f"{finding} | {subject} | {severity} | open | 21:00",
    )
    if acknowledged:
        given(
            store,
            "audit.acknowledgements",
            f"finding | subject | acknowledged_at\n{finding} | {subject} | 21:30",
        )
    assert decided(store)["reason"] == reason


def test_a_live_environment_needs_the_shell_s_word(store: Store) -> None:
    world(store)
    row = decided(store, run=Run("spec"))
    assert (row["verdict"], row["reason"]) == ("shadow", "environment")


def test_the_decision_carries_what_it_was_made_of(store: Store) -> None:
    world(store)
    expect(
        decisions(store, NOW).filter(ticker=B74),
        """
        strategy_id   | family   | variant | floor_f | standard_hour | stability_hours | run_id
        cross_bracket | KXHIGHNY | live    | 2       | 17.016666667  | 2.166666667     | spec
        """,
    )
