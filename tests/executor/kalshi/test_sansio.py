from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executor.kalshi import sansio
from executor.wire import RequestRefusedError
from tests.shared import shared

ORDERS = "/trade-api/v2/portfolio/events/orders"
INTENT = {
    "client_order_id": "xb_ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "kind": "create",
    "ticker": "KXHIGHNY-26OCT15-B84.5",
    "outcome_side": "yes",
    "price_dollars": Decimal("0.560000"),
    "contracts": Decimal("10.00"),
    "time_in_force": "good_till_canceled",
    "post_only": False,
    "expires_at": None,
}


def body_of(**changes):
    return json.loads(sansio.create_order({**INTENT, **changes}).body)


def recorded():
    """Name and meta of every recorded REST request of the third generation, but the dead ones."""
    folder = shared("payloads", "kalshi", "gen3_2026-06_fixed_point_demo")
    for path in sorted(folder.glob("*.meta.json")):
        meta = json.loads(path.read_text())
        is_rest = meta.get("method") in {"GET", "POST", "DELETE"}
        if is_rest and "legacy" not in path.name and "/trade-api/v2" in meta["path"]:
            yield path.name.removesuffix(".meta.json"), meta


# fmt: off
SIDES = [
    # outcome_side, price     side,  YES price
    ("yes", "0.56",         ("bid", "0.5600")),
    ("no",  "0.56",         ("ask", "0.4400")),
    ("yes", "0.01",         ("bid", "0.0100")),
    ("no",  "0.99",         ("ask", "0.0100")),
    ("no",  "0.0001",       ("ask", "0.9999")),
    ("yes", "0.5150",       ("bid", "0.5150")),
]
# fmt: on


@pytest.mark.parametrize(("outcome_side", "price", "expect"), SIDES)
def test_buying_yes_bids_its_price_and_buying_no_asks_one_minus_its_price(
    outcome_side, price, expect
):
    order = body_of(outcome_side=outcome_side, price_dollars=Decimal(price))
    assert (order["side"], order["price"]) == expect


@given(st.integers(1, 9999), st.sampled_from(["yes", "no"]), st.integers(1, 10**7))
def test_no_price_and_no_count_is_ever_rounded(ten_thousandths, outcome_side, hundredths):
    price, contracts = Decimal(ten_thousandths) / 10000, Decimal(hundredths) / 100
    order = body_of(outcome_side=outcome_side, price_dollars=price, contracts=contracts)
    sent = Decimal(order["price"])
    assert (sent if outcome_side == "yes" else 1 - sent) == price
    assert Decimal(order["count"]) == contracts


def test_an_order_is_strings_in_the_one_shape_the_exchange_takes():
    request = sansio.create_order(INTENT)
    assert (request.method, request.path, request.query) == ("POST", ORDERS, {})
    assert (request.bucket, request.cost_tokens) == ("write", 10)
    assert json.loads(request.body) == {
        "ticker": "KXHIGHNY-26OCT15-B84.5",
        "client_order_id": "xb_ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "side": "bid",
        "count": "10.00",
        "price": "0.5600",
        "time_in_force": "good_till_canceled",
        "self_trade_prevention_type": "taker_at_cross",
        "post_only": False,
    }


def test_an_expiry_is_whole_seconds_and_never_later_than_meant():
    expires_at = datetime(2026, 10, 15, 12, 0, 0, 999_999, tzinfo=UTC)
    assert body_of(expires_at=expires_at)["expiration_time"] == 1792065600


# fmt: off
REFUSED = [
    ("client_order_id", "KXHIGHNY-26OCT15-B84.5"),
    ("client_order_id", "x" * 65),
    ("client_order_id", ""),
    ("client_order_id", "a b"),
    ("client_order_id", "ends-in-newline\n"),
    ("client_order_id", None),
    ("price_dollars", Decimal(0)),
    ("price_dollars", Decimal(1)),
    ("price_dollars", Decimal("-0.5")),
    ("price_dollars", Decimal("1.5")),
    ("price_dollars", Decimal("0.56001")),
    ("price_dollars", Decimal("NaN")),
    ("price_dollars", Decimal("sNaN")),
    ("price_dollars", Decimal("Infinity")),
    ("price_dollars", Decimal("1e40")),
    ("price_dollars", 0.56),
    ("price_dollars", "0.56"),
    ("price_dollars", None),
    ("contracts", Decimal(0)),
    ("contracts", Decimal(-1)),
    ("contracts", Decimal("0.001")),
    ("contracts", Decimal("1e12")),
    ("contracts", Decimal("-Infinity")),
    ("contracts", True),
    ("contracts", 1),
    ("outcome_side", "bid"),
    ("outcome_side", None),
    ("time_in_force", "GTT"),
    ("time_in_force", None),
    ("ticker", ""),
    ("ticker", "KX/../../x"),
    ("expires_at", datetime(2026, 10, 15)),  # noqa: DTZ001 (no zone is the point)
    ("kind", "cancel"),
]
# fmt: on


@pytest.mark.parametrize(("column", "value"), REFUSED)
def test_an_intent_that_would_have_to_be_rounded_or_guessed_is_refused(column, value):
    with pytest.raises(RequestRefusedError):
        sansio.create_order({**INTENT, column: value})


@pytest.mark.parametrize("time_in_force", ["immediate_or_cancel", "fill_or_kill"])
@pytest.mark.parametrize(
    "contradiction", [{"post_only": True}, {"expires_at": datetime(2026, 10, 15, tzinfo=UTC)}]
)
def test_an_order_that_does_not_rest_is_neither_post_only_nor_expiring(
    time_in_force, contradiction
):
    with pytest.raises(RequestRefusedError, match="neither rest nor expire"):
        sansio.create_order({**INTENT, "time_in_force": time_in_force, **contradiction})


def test_a_cancel_names_its_order_and_its_market_and_costs_two_tokens():
    request = sansio.cancel_order("2597b999-f887", "KXHIGHNY-26OCT15-B84.5")
    assert (request.method, request.path) == ("DELETE", f"{ORDERS}/2597b999-f887")
    assert request.query == {"market_ticker": "KXHIGHNY-26OCT15-B84.5"}
    assert (request.bucket, request.cost_tokens, request.body) == ("write", 2, None)


@pytest.mark.parametrize("order_id", ["", "batched", ".", "..", "a/b", "a?b", "%2e", None, "a\n"])
def test_no_order_id_can_turn_a_cancel_into_another_request(order_id):
    with pytest.raises(RequestRefusedError):
        sansio.cancel_order(order_id, "KXHIGHNY-26OCT15-B84.5")


def test_a_page_leaves_out_what_is_none_and_takes_the_cursor_where_there_is_one():
    path = "/trade-api/v2/portfolio/fills"
    first = sansio.page(path, {"limit": 100, "ticker": None}, "")
    later = sansio.page(path, {"limit": 100}, "Cg+/=")
    assert (first.method, first.path, first.query) == ("GET", path, {"limit": "100"})
    assert (later.query, later.bucket) == ({"limit": "100", "cursor": "Cg+/="}, "read")


@pytest.mark.parametrize(
    "path",
    ["/portfolio/fills", "/trade-api/v2/../x", "/trade-api/v2/a?b=c", "/trade-api/v2//a", ""],
)
def test_a_page_is_read_below_the_root_of_the_api_only(path):
    with pytest.raises(RequestRefusedError):
        sansio.page(path)


def built_from(meta):
    """The request our builders make of what was wished when `meta` was recorded."""
    url, body = urlsplit(meta["path"]), meta.get("request_body")
    if meta["method"] == "GET":
        return sansio.page(url.path, dict(parse_qsl(url.query)))
    if meta["method"] == "DELETE":
        return sansio.cancel_order(url.path.rsplit("/", 1)[1], "KXANY-1")
    price = Decimal(str(body["price"]))
    return sansio.create_order(
        {
            **{name: body[name] for name in ("client_order_id", "ticker", "time_in_force")},
            "outcome_side": "yes" if body["side"] == "bid" else "no",
            "price_dollars": price if body["side"] == "bid" else 1 - price,
            "contracts": Decimal(str(body["count"])),
            "post_only": body.get("post_only", False),
            "expires_at": None,
        }
    )


def test_every_recorded_request_is_one_that_the_builders_make():
    seen = set()
    for name, meta in recorded():
        request = built_from(meta)
        url = urlsplit(meta["path"])
        assert (request.method, request.path) == (meta["method"], url.path), name
        if meta["method"] == "GET":
            assert dict(request.query) == dict(parse_qsl(url.query)), name
        if meta["method"] == "POST" and name != "orders__numeric_field_types":
            assert json.loads(request.body) == meta["request_body"], name
        seen.add(meta["method"])
    assert seen == {"GET", "POST", "DELETE"}


def test_where_the_recording_sent_numbers_the_builder_sends_strings():
    meta = dict(recorded())["orders__numeric_field_types"]
    order = json.loads(built_from(meta).body)
    assert (order["count"], order["price"]) == ("1.00", "0.0100")
    assert meta["request_body"].keys() <= order.keys()
