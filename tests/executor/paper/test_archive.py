"""What leaves the live lists is in the archive, and the two together are everything."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from executor.paper.listing import Settings
from tests.executor.paper.customers import NOON, ORDERS, OTHER, T, body, customer, exchange, placed

D = Decimal
SETTINGS = Settings(is_rate_limited=False, live_window=timedelta(days=60))


def names(rows: list[dict], key: str) -> set[str]:
    return {row[key] for row in rows}


def aged(days: float):
    """An exchange some days after an order was filled, one was cancelled and a market paid."""
    opened = exchange(SETTINGS)
    placed(opened, "crowd", "ask", "3", "0.40")
    filled = placed(opened, "us", "bid", "3", "0.40")
    cancelled = placed(opened, "us", "bid", "1", "0.10")
    opened.cancel("us", cancelled.order_id)
    opened.clock.advance(NOON + timedelta(hours=18))
    opened.determine(T, "yes", "66.00")
    opened.settle(T)
    opened.clock.advance(NOON + timedelta(days=days))
    return opened, filled.order_id, cancelled.order_id


def test_orders_that_ended_leave_the_list_after_two_weeks():
    for days, is_live in ((14, True), (15, False)):
        opened, filled, cancelled = aged(days)
        with customer(opened) as asking:
            live = names(asking.get("/portfolio/orders")["orders"], "order_id")
            archived = asking.get("/historical/orders")
        ended = {filled, cancelled}
        assert (live, names(archived["orders"], "order_id")) == (
            (ended, set()) if is_live else (set(), ended)
        )
        assert archived["cursor"] is None


def test_what_rests_is_always_in_the_list():
    opened = exchange(SETTINGS)
    with customer(opened) as asking:
        resting = placed(opened, "us", "bid", "1", "0.10", ticker=OTHER)
        listed = names(asking.get("/portfolio/orders")["orders"], "order_id")
        assert listed == {resting.order_id}
        assert asking.get("/historical/orders")["orders"] == []


def test_fills_and_markets_stay_live_for_longer_and_settlements_for_ever():
    for days, is_live in ((60, True), (62, False)):
        opened, _, _ = aged(days)
        with customer(opened) as asking:
            live_fills = asking.get("/portfolio/fills")["fills"]
            archived_fills = asking.get("/historical/fills")["fills"]
            markets = f"markets?tickers={T},{OTHER}"
            live_markets = names(asking.get(f"/{markets}")["markets"], "ticker")
            archived_markets = names(asking.get(f"/historical/{markets}")["markets"], "ticker")
            assert len(asking.get("/portfolio/settlements")["settlements"]) == 1
            status = asking.ask("GET", f"/historical/markets/{T}").status_code
        assert (len(live_fills), len(archived_fills)) == ((1, 0) if is_live else (0, 1))
        assert T in (live_markets if is_live else archived_markets)
        assert live_markets | archived_markets == {T, OTHER}
        assert live_markets & archived_markets == set()
        assert status == (404 if is_live else 200)


def test_the_line_is_a_midnight_and_says_where_the_archive_ends():
    opened, _, _ = aged(80)
    with customer(opened) as asking:
        assert asking.get("/historical/cutoff") == {
            "market_positions_last_updated_ts": "2026-10-25T00:00:00Z",
            "market_settled_ts": "2026-10-25T00:00:00Z",
            "orders_updated_ts": "2026-12-10T00:00:00Z",
            "trades_created_ts": "2026-10-25T00:00:00Z",
        }


def test_the_archive_is_paged_to_the_end():
    opened, _, _ = aged(80)
    with customer(opened) as asking:
        first = asking.get("/historical/orders?limit=1")
        second = asking.get(f"/historical/orders?limit=1&cursor={first['cursor']}")
    assert first["cursor"]
    assert second["cursor"] is None
    assert len(names(first["orders"] + second["orders"], "order_id")) == 2


def test_a_key_that_may_only_read_is_refused_whatever_would_write():
    opened = exchange(scopes=("read",))
    resting = placed(opened, "us", "bid", "1", "0.10")
    with customer(opened) as asking:
        assert len(asking.get("/portfolio/orders")["orders"]) == 1
        for method, path, more in (
            ("POST", ORDERS, {"json": body()}),
            ("DELETE", f"{ORDERS}/{resting.order_id}", {}),
            ("DELETE", ORDERS, {}),
        ):
            answer = asking.ask(method, path, **more)
            assert answer.status_code == 403
            assert answer.json()["error"]["code"] == "insufficient_scope"
    assert opened.account("us").orders_by_status == {"resting": 1}
