"""parsed.transfers: money that came and went otherwise than by trading.

No recording shows one; the samples are constructed from the exchange's own specification.
"""

from __future__ import annotations

import itertools

import pytest

from tests.spec.drawn import expect, table
from tests.spec.parsed.bodies import reasons, sample, tell


def test_deposits_and_withdrawals_are_one_table_with_positive_amounts(store):
    tell(store, "kalshi_deposits", sample("kalshi_deposits"))
    tell(store, "kalshi_withdrawals", sample("kalshi_withdrawals"))
    expect(
        table(store, "parsed.transfers"),
        """
        transfer_id  | kind       | amount_dollars | fee_dollars | status   | finalized_at
        deposit-1    | deposit    | 100.00         | 0.00        | applied  | 12:00
        deposit-2    | deposit    | 25.50          | 0.51        | pending  | -
        withdrawal-1 | withdrawal | 40.00          | 2.00        | applied  | 13:00
        withdrawal-2 | withdrawal | 12.34          | 0.00        | returned | 13:00
        """,
    )
    assert reasons(store, "transfers") == []


def test_a_deposit_and_a_withdrawal_of_the_same_id_are_two_transfers(store):
    deposit = sample("kalshi_deposits")["deposits"][0]
    tell(store, "kalshi_deposits", {"deposits": [deposit]})
    tell(store, "kalshi_withdrawals", {"withdrawals": [deposit]})
    expect(
        table(store, "parsed.transfers"),
        """
        transfer_id | kind       | exchange_index
        deposit-1   | deposit    | 0
        deposit-1   | withdrawal | 0
        """,
    )


VERSIONS = {
    "12:00": {"status": "pending", "finalized_ts": None},
    "13:00": {"status": "applied", "finalized_ts": 1781092800},
    "14:00": {"status": "returned", "finalized_ts": 1781100000},
}


@pytest.mark.parametrize("hours", [*itertools.permutations(VERSIONS)], ids=" ".join)
def test_each_state_of_a_transfer_is_kept_in_its_latest_version(store, hours):
    deposit = sample("kalshi_deposits")["deposits"][0]
    for hour in hours:
        body = {"deposits": [{**deposit, **VERSIONS[hour]}]}
        tell(store, "kalshi_deposits", body, received_at=hour)
    expect(
        table(store, "parsed.transfers"),
        """
        transfer_id | status   | finalized_at | received_at
        deposit-1   | pending  | -            | 12:00
        deposit-1   | applied  | 12:00        | 13:00
        deposit-1   | returned | 14:00        | 14:00
        """,
    )


def test_what_is_said_of_a_state_again_replaces_what_was_said(store):
    deposit = sample("kalshi_deposits")["deposits"][0]
    for hour, cents in (("13:00", 10000), ("15:00", 9000), ("14:00", 8000)):
        body = {"deposits": [{**deposit, "amount_cents": cents}]}
        tell(store, "kalshi_deposits", body, received_at=hour)
    expect(table(store, "parsed.transfers"), "amount_dollars | received_at\n 90.00 | 15:00")


@pytest.mark.parametrize(
    ("change", "picture", "reason"),
    [
        ({"finalized_ts": 1781092800123}, "finalized_at\n12:00:00.123", None),
        ({"fee_cents": None}, "fee_dollars\n-", None),
        ({"exchange_index": 2}, "exchange_index\n2", None),
        ({"status": "failed"}, "status | finalized_at\nfailed | 12:00", None),
        ({"status": "clearing"}, "status | finalized_at\nclearing | 12:00", "status is clearing"),
        ({"finalized_ts": None}, "finalized_at\n-", "finalized_ts is missing"),
    ],
    ids=str,
)
def test_a_state_is_as_told_and_what_is_doubtful_of_it_is_said(store, change, picture, reason):
    deposit = sample("kalshi_deposits")["deposits"][0]
    tell(store, "kalshi_deposits", {"deposits": [{**deposit, **change}]})
    expect(table(store, "parsed.transfers"), picture)
    assert reasons(store, "transfers") == ([(0, reason)] if reason else [])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": None}, "id is missing"),
        ({"status": None}, "status is missing"),
        ({"amount_cents": 0}, "amount_cents is 0"),
        ({"amount_cents": -100}, "amount_cents is -100"),
        # Dollars where cents are promised would be read a hundredfold too small.
        ({"amount_cents": 100.5}, "amount_cents is 100.5"),
        ({"amount_cents": "100.00"}, "amount_cents is 100.00"),
        ({"fee_cents": -1}, "fee_cents is -1"),
        ({"finalized_ts": "2026-06-10"}, "finalized_ts is 2026-06-10"),
    ],
    ids=str,
)
def test_a_transfer_that_cannot_be_read_is_a_reject_and_the_other_lands(store, change, reason):
    first, second = sample("kalshi_deposits")["deposits"]
    tell(store, "kalshi_deposits", {"deposits": [{**first, **change}, second]})
    expect(table(store, "parsed.transfers"), "transfer_id\ndeposit-2")
    assert reasons(store, "transfers") == [(0, reason)]
