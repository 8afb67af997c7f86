"""parsed.balances: what the exchange says we can spend, shard by shard."""

from __future__ import annotations

import pytest

from tests.spec.drawn import expect, table
from tests.spec.parsed.bodies import reasons, sample, tell


def test_the_decimal_is_preferred_to_the_truncated_cents(store):
    tell(store, "kalshi_balance", sample("kalshi_balance"))
    expect(
        table(store, "parsed.balances"),
        """
        exchange_index | balance_dollars | portfolio_value_dollars
        0              | 98.5053         | 2.00
        """,
    )
    assert reasons(store, "balances") == []


def test_cents_alone_are_kept_and_said(store):
    tell(store, "kalshi_balance", {"balance": 9850, "portfolio_value": 0})
    expect(table(store, "parsed.balances"), "exchange_index | balance_dollars\n0 | 98.50")
    assert reasons(store, "balances") == [(0, "balance_dollars is missing")]


@pytest.mark.parametrize(
    ("shards", "picture"),
    [
        ([], "exchange_index | balance_dollars\n0 | 98.5053"),
        (
            [{"exchange_index": 0, "balance": "98.5053"}],
            "exchange_index | balance_dollars\n0 | 98.5053",
        ),
        (
            [
                {"exchange_index": 0, "balance": "90.0053"},
                {"exchange_index": 2, "balance": "8.5000"},
            ],
            "exchange_index | balance_dollars\n0 | 90.0053\n2 | 8.50",
        ),
    ],
    ids=["none", "one", "two"],
)
def test_several_shards_are_told_apart(store, shards, picture):
    tell(store, "kalshi_balance", {**sample("kalshi_balance"), "balance_breakdown": shards})
    expect(table(store, "parsed.balances"), picture)


def test_one_unreadable_shard_refuses_the_whole_answer(store):
    shards = [{"exchange_index": 0, "balance": "90.0053"}, {"exchange_index": 1, "balance": "nan"}]
    tell(store, "kalshi_balance", {**sample("kalshi_balance"), "balance_breakdown": shards})
    assert table(store, "parsed.balances").is_empty()
    assert reasons(store, "balances") == [(0, "balance_dollars is nan")]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"balance_dollars": "inf", "balance": 1}, "balance_dollars is inf"),
        ({"balance_dollars": "1.0000001"}, "balance_dollars is 1.0000001"),
        ({"balance_dollars": {"a": 1}}, 'balance_dollars is {"a":1}'),
        ({"balance": "1e400"}, "balance_dollars is 1e400"),
        ({"balance_dollars": "1", "portfolio_value": "?"}, "portfolio_value is ?"),
        ({}, "balance_dollars is missing"),
    ],
    ids=str,
)
def test_a_balance_that_cannot_be_read_is_a_reject(store, body, reason):
    tell(store, "kalshi_balance", body)
    assert table(store, "parsed.balances").is_empty()
    assert reasons(store, "balances") == [(0, reason)]
