"""Who may ask: keys, signatures, clocks."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from executor.paper.signatures import public_key
from tests.executor.paper.customers import API, customer, ed_key, exchange, pem, signature

BALANCE = "/portfolio/balance"


@pytest.fixture(scope="module")
def us():
    with customer(exchange()) as connected:
        yield connected


def code(us, headers, path=BALANCE):
    answer = us.http.get(API + path, headers=headers)
    if answer.status_code == 200:
        return "welcome"
    error = answer.json()["error"]
    return error.get("details", error["code"])


@pytest.mark.parametrize(
    ("skew_seconds", "expect"),
    [
        (0, "welcome"),
        (5, "welcome"),
        (-5, "welcome"),
        (10, "welcome"),
        (-10, "welcome"),
        (-30, "header_timestamp_expired"),
        (60, "header_timestamp_expired"),
        (-300, "header_timestamp_expired"),
        (300, "header_timestamp_expired"),
    ],
)
def test_a_clock_may_be_ten_seconds_wrong_and_not_thirty(us, skew_seconds, expect):
    assert code(us, us.headers("GET", BALANCE, skew_seconds)) == expect


def test_the_query_is_not_signed(us):
    path = "/portfolio/fills?limit=3"
    assert us.http.get(API + path, headers=us.headers("GET", path)).status_code == 200


def test_a_salt_of_another_length_is_refused(us):
    headers = us.headers("GET", BALANCE, salt=20)
    assert code(us, headers) == "INCORRECT_API_KEY_SIGNATURE"


@pytest.mark.parametrize(
    ("header", "value", "expect"),
    [
        ("KALSHI-ACCESS-KEY", "nobody", "NOT_FOUND"),
        ("KALSHI-ACCESS-SIGNATURE", "", "signature_is_missing_from_headers"),
        ("KALSHI-ACCESS-SIGNATURE", "no base64!", "INCORRECT_API_KEY_SIGNATURE"),
        ("KALSHI-ACCESS-SIGNATURE", "AAAA", "INCORRECT_API_KEY_SIGNATURE"),
        ("KALSHI-ACCESS-TIMESTAMP", "yesterday", "header_timestamp_expired"),
        ("KALSHI-ACCESS-TIMESTAMP", "9" * 40, "header_timestamp_expired"),
    ],
)
def test_a_spoiled_header_is_refused(us, header, value, expect):
    assert code(us, us.headers("GET", BALANCE) | {header: value}) == expect


@pytest.mark.parametrize("text", ["{}POST/trade-api/v2{}", "{}GET{}", "{}get/trade-api/v2{}"])
def test_method_and_whole_path_are_signed(us, text):
    headers = us.headers("GET", BALANCE)
    stamp = headers["KALSHI-ACCESS-TIMESTAMP"]
    headers["KALSHI-ACCESS-SIGNATURE"] = signature(us.key, text.format(stamp, BALANCE))
    assert code(us, headers) == "INCORRECT_API_KEY_SIGNATURE"


def test_an_ed25519_key_signs_as_well():
    opened = exchange()
    opened.open_account("modern", pem(ed_key()), "edwards", 5)
    with customer(opened, ed_key(), "edwards") as modern:
        assert modern.get(BALANCE)["balance"] == 500


def test_the_keys_of_two_accounts_are_told_apart():
    opened = exchange()
    opened.open_account("modern", pem(ed_key()), "edwards", 5)
    with customer(opened, ed_key(), "ours") as thief:
        assert code(thief, thief.headers("GET", BALANCE)) == "INCORRECT_API_KEY_SIGNATURE"


def test_only_rsa_and_ed25519_keys_are_taken():
    with pytest.raises(ValueError, match="only RSA and Ed25519"):
        public_key(pem(ec.generate_private_key(ec.SECP256R1())))


def test_public_answers_need_no_signature(us):
    for path in ("/exchange/status", "/markets", "/events", "/markets/trades"):
        assert us.http.get(API + path).status_code == 200
    assert us.http.get(f"{API}/portfolio/fills").status_code == 401
