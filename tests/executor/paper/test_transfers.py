"""Money that comes and goes, and shards: what the paper exchange says of them, and when."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.executor.paper.customers import NOON, customer, exchange, placed

D = Decimal


def test_a_transfer_counts_when_it_is_applied_and_is_listed_from_the_beginning():
    opened = exchange()
    sent = opened.transfer("us", "deposit", D("25.50"), "pending")
    opened.transfer("us", "withdrawal", D(40))
    with customer(opened) as asking:
        [deposit] = asking.get("/portfolio/deposits")["deposits"]
        [withdrawal] = asking.get("/portfolio/withdrawals")["withdrawals"]
        assert (deposit["status"], deposit["finalized_ts"]) == ("pending", None)
        assert (withdrawal["status"], withdrawal["amount_cents"]) == ("applied", 4000)
        assert asking.get("/portfolio/balance")["balance_dollars"] == "60.0000"
        opened.clock.advance(NOON + timedelta(minutes=5))
        opened.finish_transfer("us", sent)
        [deposit] = asking.get("/portfolio/deposits")["deposits"]
        assert deposit["finalized_ts"] == int(NOON.timestamp()) + 300
        assert asking.get("/portfolio/balance")["balance_dollars"] == "85.5000"


def test_what_was_applied_may_go_back_and_reads_as_applied_until_then():
    opened = exchange()
    sent = opened.transfer("us", "deposit", D(25))
    with customer(opened) as asking:
        [deposit] = asking.get("/portfolio/deposits")["deposits"]
        assert (deposit["status"], deposit["finalized_ts"]) == ("applied", int(NOON.timestamp()))
        opened.clock.advance(NOON + timedelta(minutes=5))
        opened.finish_transfer("us", sent, "returned")
        [deposit] = asking.get("/portfolio/deposits")["deposits"]
        assert deposit["finalized_ts"] == int(NOON.timestamp()) + 300
        assert deposit["status"] == "returned"
        assert asking.get("/portfolio/balance")["balance_dollars"] == "100.0000"


@pytest.mark.parametrize("status", ["failed", "returned"])
def test_a_transfer_that_comes_to_nothing_moves_nothing(status):
    opened = exchange()
    opened.transfer("us", "deposit", D(25), status)
    assert opened.account("us").available_balance_dollars == 100


def test_what_cannot_be_moved_is_refused():
    opened = exchange()
    for wrong in (D(0), D(-1), D("0.001")):
        with pytest.raises(ValueError, match="whole cents"):
            opened.transfer("us", "deposit", wrong)
    placed(opened, "us", "bid", "100", "0.40")
    with pytest.raises(ValueError, match="more than is free"):
        opened.transfer("us", "withdrawal", D(61))
    done = opened.transfer("us", "withdrawal", D(60))
    with pytest.raises(ValueError, match="applied already"):
        opened.finish_transfer("us", done)
    with pytest.raises(ValueError, match="only what is free"):
        opened.move_to_shard("us", D(1), 1)


def test_each_shard_has_a_balance_of_its_own_and_the_whole_is_their_sum():
    opened = exchange()
    opened.move_to_shard("us", D(30), 1)
    opened.move_to_shard("us", D(-10), 1)
    with customer(opened) as asking:
        told = asking.get("/portfolio/balance")
        moved = asking.get("/portfolio/intra_exchange_instance_transfers")
    assert told["balance_dollars"] == "100.0000"
    assert told["balance_breakdown"] == [
        {"balance": "80.0000", "exchange_index": 0},
        {"balance": "20.0000", "exchange_index": 1},
    ]
    assert opened.account("us").total_balance_dollars == 100
    ways = ("amount", "source_exchange_shard", "destination_exchange_shard", "status")
    assert [tuple(row[name] for name in ways) for row in moved["transfers"]] == [
        ("10.0000", 1, 0, "complete"),
        ("30.0000", 0, 1, "complete"),
    ]
    assert "cursor" not in moved
