from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from executor.wire import Pace, TokenBucket
from tests.executor.kalshi.scripted import ACK, BALANCE, ORDER, exchange
from tests.executor.loopback import START


def test_ten_orders_leave_at_once_and_then_ten_a_second():
    async def posted():
        async with exchange(ACK) as (_, client, clock):
            sent = [(await client.post_order(ORDER)).requested_at - START for _ in range(15)]
            assert (await client.fetch(BALANCE)).requested_at == clock.now()
            return [round(one.total_seconds(), 6) for one in sent]

    assert asyncio.run(posted()) == [0.0] * 10 + [0.1, 0.2, 0.3, 0.4, 0.5]


def test_a_bucket_promises_no_token_twice_to_requests_that_ask_at_once():
    bucket = TokenBucket(Pace(20, 10), START)
    assert [bucket.reserve(10, START) for _ in range(5)] == [0, 0, 1, 2, 3]


def test_a_bucket_refills_with_time_up_to_its_size_and_no_further():
    bucket = TokenBucket(Pace(20, 10), START)
    bucket.reserve(20, START)
    assert bucket.reserve(10, START + timedelta(seconds=0.5)) == pytest.approx(0.5)
    assert bucket.reserve(20, START + timedelta(hours=1)) == 0
    assert bucket.reserve(10, START + timedelta(hours=1)) == 1


def test_a_clock_that_is_set_back_gives_no_tokens_and_takes_none():
    bucket = TokenBucket(Pace(20, 10), START)
    bucket.reserve(20, START)
    assert bucket.reserve(10, START - timedelta(hours=1)) == 1
