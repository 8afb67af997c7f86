"""parsed.shard_moves: money that moved between the shards of the account.

No recording shows one; the sample is constructed from the exchange's own specification.
"""

from __future__ import annotations

import pytest

from tests.spec.drawn import expect, table
from tests.spec.parsed.bodies import reasons, sample, tell

FEED = "kalshi_intra_exchange_instance_transfers"


def test_a_move_says_where_money_left_and_where_it_came_to(store):
    tell(store, FEED, sample(FEED))
    expect(
        table(store, "parsed.shard_moves"),
        """
        transfer_id|source_exchange_index|destination_exchange_index|amount_dollars|status|moved_at
        move-1 | 0 | 1 | 20.005 | complete | 12:00
        move-2 | 1 | - | 5      | complete | 13:00
        move-3 | 1 | 0 | 7      | pending  | -
        """,
    )
    assert reasons(store, "shard_moves") == []


def test_the_latest_version_of_a_move_stays(store):
    move = sample(FEED)["transfers"][2]
    for hour, status in (("13:00", "pending"), ("15:00", "complete"), ("14:00", "pending")):
        tell(store, FEED, {"transfers": [{**move, "status": status}]}, received_at=hour)
    expect(
        table(store, "parsed.shard_moves"),
        "transfer_id | status | moved_at | received_at\n move-3 | complete | 14:00 | 15:00",
    )


def test_a_status_that_nobody_knows_moves_no_money_and_is_said(store):
    first = sample(FEED)["transfers"][0]
    tell(store, FEED, {"transfers": [{**first, "status": "reversed"}]})
    expect(table(store, "parsed.shard_moves"), "transfer_id | moved_at\n move-1 | -")
    assert reasons(store, "shard_moves") == [(0, "status is reversed")]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        # The request of the same move counts in hundredths of a cent, as a number.
        ({"amount": 200050}, "amount is 200050"),
        ({"amount": "0.0000"}, 'amount is "0.0000"'),
        ({"amount": "-1.0000"}, 'amount is "-1.0000"'),
        ({"source_exchange_shard": "one"}, "source_exchange_shard is one"),
        ({"destination": "perpetual"}, "destination is perpetual"),
        ({"created_ts": "2026-06-10"}, "created_ts is 2026-06-10"),
    ],
    ids=str,
)
def test_a_move_that_cannot_be_read_is_a_reject_and_the_others_land(store, change, reason):
    first, *others = sample(FEED)["transfers"]
    tell(store, FEED, {"transfers": [{**first, **change}, *others]})
    expect(table(store, "parsed.shard_moves"), "transfer_id\n move-2\n move-3")
    assert reasons(store, "shard_moves") == [(0, reason)]
