"""Token buckets on the exchange's own clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from executor.paper.buckets import Bucket
from executor.paper.listing import Settings
from tests.executor.paper.customers import API, NOON, ORDERS, customer, exchange

LIMITED = Settings()


def test_a_bucket_refills_with_the_clock_and_not_beyond_its_size():
    bucket = Bucket(refill_rate=10, capacity=20)
    taken = [bucket.take(10, NOON) for _ in range(3)]
    half_a_second_later = bucket.take(10, NOON + timedelta(seconds=0.5))
    a_second_later = bucket.take(10, NOON + timedelta(seconds=1))
    a_day_later = [bucket.take(10, NOON + timedelta(days=1)) for _ in range(3)]
    assert (taken, half_a_second_later, a_second_later, a_day_later) == (
        [True, True, False],
        False,
        True,
        [True, True, False],
    )


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/portfolio/balance", 60),
        ("GET", "/portfolio/orders/no-order", 300),
        ("DELETE", f"{ORDERS}/no-order", 50),
        ("POST", ORDERS, 10),
    ],
)
def test_the_basic_tier_runs_dry_and_answers_with_a_string(method, path, allowed):
    with customer(exchange(LIMITED)) as us:
        statuses = [us.ask(method, path).status_code for _ in range(allowed)]
        assert 429 not in statuses
        answer = us.ask(method, path)
        assert (answer.status_code, answer.text) == (429, '{"error":"too many requests"}')
        us.exchange.clock.advance(NOON + timedelta(seconds=1))
        assert us.ask(method, path).status_code != 429


def test_reads_and_writes_have_buckets_of_their_own_and_so_has_everybody():
    with customer(exchange(LIMITED)) as us:
        assert [us.post().status_code for _ in range(11)] == [201] * 10 + [429]
        assert us.ask("GET", "/portfolio/balance").status_code == 200
        assert us.http.get(f"{API}/markets").status_code == 200


def test_limits_and_costs_are_told():
    with customer(exchange(Settings(usage_tier="premier"))) as us:
        limits = us.get("/account/limits")
        costs = us.get("/account/endpoint_costs")
    assert limits["usage_tier"] == "premier"
    assert limits["write"] == {"bucket_capacity": 3600, "refill_rate": 1200}
    assert costs["default_cost"] == 10
    assert {"cost": 2, "method": "DELETE", "path": f"{API}{ORDERS}/:order_id"} in costs[
        "endpoint_costs"
    ]
