from __future__ import annotations

import json

import pytest

from executor.kalshi.answers import error_of, next_cursor, outcome_of_cancel, outcome_of_create
from tests.shared import shared

GEN3 = "gen3_2026-06_fixed_point_demo"
ERRORS = "errors_and_order_acks_2026-06_to_2026-10"
FILL_OR_KILL = "fill_or_kill_insufficient_resting_volume"
NO_SIGNATURE = "signature_is_missing_from_headers"
TOO_MANY = "too many requests"
SILENT = "JSON that says nothing of an error"
HTML = b"<html><body>502 Bad Gateway</body></html>"


def nested(code, **more):
    return json.dumps({"error": {"code": code, "message": code.replace("_", " "), **more}}).encode()


def recorded(name):
    """Status and body as recorded; the status of a lone body stands before its name."""
    place = shared("payloads", "kalshi", ERRORS if name[0].isdigit() else GEN3)
    meta = place / f"{name}.meta.json"
    status = json.loads(meta.read_text())["status"] if meta.exists() else int(name[:3])
    return status, (place / f"{name}.json").read_bytes()


# fmt: off
CREATED = [
    # recorded answer                        state       code, wait
    ("orders__create_v2_maker",               "accepted", None, False),
    ("orders__create_v2_taker_ioc",           "accepted", None, False),
    ("orders__settlement_seed",               "accepted", None, False),
    ("orders__stp_setup",                     "accepted", None, False),
    ("orders__stp_self_cross",                "accepted", None, False),
    ("orders__legacy_create",                 "unknown",  None, False),
    ("orders__duplicate_client_order_id",     "unknown",  "order_already_exists", False),
    ("orders__reuse_canceled_client_id",      "unknown",  "order_already_exists", False),
    ("orders__insufficient_balance",          "rejected", "insufficient_balance", False),
    ("orders__invalid_price_structure",       "rejected", "invalid_price", False),
    ("orders__post_only_cross",               "rejected", "invalid_order", False),
    ("orders__numeric_field_types",           "rejected", "bad_request", False),
    ("markets__limit_over_max",               "rejected", None, False),
    ("auth__bad_signature",                   "rejected", "authentication_error", False),
    ("auth__unknown_key_id",                  "rejected", "authentication_error", False),
    ("auth__missing_signature_header",        "rejected", NO_SIGNATURE, False),
    ("auth__skew_minus5min",                  "rejected", "header_timestamp_expired", True),
    ("409_order_already_exists",              "unknown",  "order_already_exists", False),
    ("409_trading_is_paused",                 "rejected", "trading_is_paused", True),
    (f"409_{FILL_OR_KILL}_2026-09-28","rejected", FILL_OR_KILL, False),
    ("400_invalid_order_legacy_two_prices_2026-02","rejected", "invalid_order", False),
    ("410_deprecated_v1_order_endpoint",      "rejected", "deprecated_v1_order_endpoint", False),
    ("429_rate_limited_documented",           "unknown",  None, True),
]
DRAWN = [
    # status, body                                 state       code                  wait
    (201, b'{"order_id":"o-1"}',                  "accepted", None,                  False),
    (201, b'{"client_order_id":"c-1"}',           "unknown",  None,                  False),
    (201, b'{"order_id":""}',                     "unknown",  None,                  False),
    (201, b'{"order_id":null}',                   "unknown",  None,                  False),
    (201, b'{"order_id":7}',                      "unknown",  None,                  False),
    (201, b'{"order_id":"o-1"',                   "unknown",  None,                  False),
    (201, b"",                                    "unknown",  None,                  False),
    (200, b"{}",                                  "unknown",  None,                  False),
    (204, b"",                                    "unknown",  None,                  False),
    (200, HTML,                                   "unknown",  None,                  False),
    (302, b"",                                    "unknown",  None,                  False),
    (400, HTML,                                   "unknown",  None,                  False),
    (400, nested("order_already_exists"),         "unknown",  "order_already_exists", False),
    (403, nested("forbidden"),                    "rejected", "forbidden",           False),
    (403, HTML,                                   "unknown",  None,                  False),
    (404, nested("market_not_found"),             "rejected", "market_not_found",    False),
    (408, b"",                                    "unknown",  None,                  False),
    (409, nested("exchange_is_paused"),           "rejected", "exchange_is_paused",  True),
    (409, nested("a_code_of_tomorrow"),           "unknown",  "a_code_of_tomorrow",  False),
    (409, b"",                                    "unknown",  None,                  False),
    (429, HTML,                                   "unknown",  None,                  True),
    (500, nested("internal_server_error"),        "unknown",  "internal_server_error", False),
    (502, HTML,                                   "unknown",  None,                  False),
    (503, b"",                                    "unknown",  None,                  False),
    (504, b"",                                    "unknown",  None,                  False),
    (None, b"",                                   "unknown",  None,                  False),
]
CANCELLED = [
    # recorded answer                        state       code
    ("orders__cancel_v2",                     "cancelled",None),
    ("cleanup__stp_resting",                  "cancelled",None),
    ("orders__cancel_unknown_id",             "unknown",  "not_found"),
    ("orders__cancel_executed",               "unknown",  "not_found"),
    ("orders__cancel_already_canceled",       "unknown",  "not_found"),
    ("cleanup__leftover_0",                   "unknown",  "not_found"),
    ("orders__legacy_cancel",                 "unknown",  None),
    ("410_deprecated_v1_order_endpoint",      "rejected", "deprecated_v1_order_endpoint"),
    ("429_rate_limited_documented",           "unknown",  None),
]
SHAPES = [
    # body                                                       code              message
    (b'{"error":{"code":"a","message":"b"}}',                    "a",              "b"),
    (b'{"error":{"code":"a","message":"b","details":"c"}}',      "a",              "b: c"),
    (b'{"error":{"code":"a","message":"b","details":"b"}}',      "a",              "b"),
    (b'{"error":{"code":"a","message":null,"details":{"x":1}}}', "a",              "no message"),
    (b'{"error":{"code":"user_not_found:_9d1c","message":"b"}}', "user_not_found", "b"),
    (b'{"code":"a","message":"b","details":"c"}',                "a",              "b: c"),
    (b'{"msg":"b"}',                                             None,             "b"),
    (b'{"error":"too many requests"}',                           None,             TOO_MANY),
    (b'{"error":{"code":7}}',                                    None,             SILENT),
    (b'{"error":null}',                                          None,             SILENT),
    (b"[]",                                                      None,             SILENT),
    (b"",                                                        None,             "an empty body"),
    (b" \n",                                                     None,             "an empty body"),
    (HTML,                                                       None,             "not JSON"),
    (b"\xff\xfe\x00",                                            None,             "not JSON"),
    (b"[" * 100_000,                                             None,             "not JSON"),
    (b"9" * 10_000,                                              None,             "not JSON"),
    (b'{"error":{"code":"a","message":"two\\n\\u001b[3m"}}',     "a",              "two [3m"),
]
# fmt: on


@pytest.mark.parametrize(("name", "state", "code", "is_wait"), CREATED)
def test_a_recorded_answer_to_a_create_proves_just_this(name, state, code, is_wait):
    status, body = recorded(name)
    outcome = outcome_of_create(status, body)
    assert (outcome.state, outcome.code, outcome.is_wait) == (state, code, is_wait)
    assert (outcome.order_id is not None) == (state == "accepted")
    assert outcome.evidence == "response"


def test_every_recorded_answer_to_an_order_is_in_a_table():
    named = {row[0] for row in [*CREATED, *CANCELLED]}
    metas = shared("payloads", "kalshi", GEN3).glob("*.meta.json")
    sent = [
        path for path in metas if json.loads(path.read_text()).get("method") in {"POST", "DELETE"}
    ]
    lone = shared("payloads", "kalshi", ERRORS).glob("*.json")
    answers = {path.name.split(".")[0] for path in [*sent, *lone]}
    assert len(answers) > 25
    assert answers - named == {"cleanup__leftover_1", "cleanup__leftover_2"}  # as leftover_0


@pytest.mark.parametrize(("status", "body", "state", "code", "is_wait"), DRAWN)
def test_an_answer_to_a_create_is_a_proof_or_unknown(status, body, state, code, is_wait):
    outcome = outcome_of_create(status, body)
    assert (outcome.state, outcome.code, outcome.is_wait) == (state, code, is_wait)


@pytest.mark.parametrize(("name", "state", "code"), CANCELLED)
def test_a_recorded_answer_to_a_cancel_proves_just_this(name, state, code):
    outcome = outcome_of_cancel(*recorded(name))
    assert (outcome.state, outcome.code) == (state, code)


def test_an_acknowledgement_of_another_order_counts_for_nothing():
    ack = b'{"order_id":"o-1","client_order_id":"c-1"}'
    assert outcome_of_create(201, ack, client_order_id="c-1").order_id == "o-1"
    assert outcome_of_create(201, ack, client_order_id="c-2").state == "unknown"
    assert outcome_of_cancel(200, ack, order_id="o-1").state == "cancelled"
    assert outcome_of_cancel(200, ack, order_id="o-2").state == "unknown"


def test_an_acknowledgement_may_leave_the_client_order_id_out():
    assert outcome_of_create(201, b'{"order_id":"o-1"}', client_order_id="c-1").state == "accepted"


@pytest.mark.parametrize("read", [outcome_of_create, outcome_of_cancel])
def test_what_never_left_is_rejected_and_may_be_decided_again(read):
    outcome = read(None, b"", is_sent=False)
    assert (outcome.state, outcome.code, outcome.is_wait) == ("rejected", "not_sent", True)


@pytest.mark.parametrize(("body", "code", "message"), SHAPES)
def test_an_error_is_read_in_all_four_shapes_and_in_none(body, code, message):
    assert error_of(body) == (code, message)


def test_a_message_is_one_bounded_line_whatever_was_sent():
    code, message = error_of(nested("c" * 1000, details="x" * 100_000))
    assert (len(code), len(message)) == (64, 200)


# fmt: off
CURSORS = [
    (b'{"cursor":"Cg","fills":[]}', "Cg"),
    (b'{"cursor":"","fills":[]}',   ""),
    (b'{"cursor":null}',            ""),
    (b'{"fills":[]}',               None),
    (b'{"cursor":7}',               None),
    (b'{"cursor":"Cg"',             None),
    (b"[]",                         None),
    (HTML,                          None),
    (b"",                           None),
]
# fmt: on


@pytest.mark.parametrize(("body", "expect"), CURSORS)
def test_only_a_body_that_says_so_is_a_last_page(body, expect):
    assert next_cursor(body) == expect
