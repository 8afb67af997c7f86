"""Lists come in pages."""

from __future__ import annotations

import pytest

from tests.executor.paper.customers import customer, exchange, placed


def walked(us, path, key):
    """All pages of a list, three rows each."""
    pages, cursor = [], ""
    while True:
        page = us.get(f"{path}?limit=3&cursor={cursor}")
        pages.append(page[key])
        cursor = page["cursor"]
        if cursor == "":
            return pages


def test_every_list_is_cut_into_pages_and_ends_with_an_empty_cursor():
    with customer(exchange()) as us:
        for number in range(7):
            placed(us.exchange, "crowd", "ask", "1", "0.52")
            us.post(price="0.60", client_order_id=f"n{number}")
        pages = walked(us, "/portfolio/orders", "orders")
        assert [len(page) for page in pages] == [3, 3, 1]
        ids = [o["client_order_id"] for page in pages for o in page]
        assert ids == [f"n{number}" for number in reversed(range(7))]
        assert [len(p) for p in walked(us, "/portfolio/fills", "fills")] == [3, 3, 1]
        assert [len(p) for p in walked(us, "/markets/trades", "trades")] == [3, 3, 1]


def test_a_full_last_page_is_the_last():
    with customer(exchange()) as us:
        for _ in range(3):
            us.post()
        assert [len(p) for p in walked(us, "/portfolio/orders", "orders")] == [3]


def test_rows_that_arrive_between_two_pages_shift_nothing():
    with customer(exchange()) as us:
        for number in range(4):
            us.post(client_order_id=f"n{number}")
        first = us.get("/portfolio/orders?limit=2")
        us.post(client_order_id="late")
        second = us.get(f"/portfolio/orders?limit=2&cursor={first['cursor']}")
    assert [o["client_order_id"] for o in second["orders"]] == ["n1", "n0"]


@pytest.mark.parametrize("cursor", ["garbage", "%%%", "AAAA", "4pi64pi6"])
def test_a_cursor_that_is_none_gives_the_first_page(cursor):
    with customer(exchange()) as us:
        assert us.get(f"/markets?cursor={cursor}") == us.get("/markets")


@pytest.mark.parametrize(
    ("path", "operation", "rule"),
    [
        ("/markets?limit=1001", "GetMarkets", "lte"),
        ("/portfolio/fills?limit=1001", "GetFills", "lte"),
        ("/portfolio/orders?limit=-1", "GetOrders", "gte"),
        ("/portfolio/settlements?limit=many", "GetSettlements", "numeric"),
        ("/events?limit=201", "GetEvents", "lte"),
        ("/markets/trades?limit=5000", "GetTrades", "lte"),
    ],
)
def test_a_limit_out_of_range_is_refused(path, operation, rule):
    with customer(exchange()) as us:
        answer = us.ask("GET", path)
    assert answer.status_code == 400
    assert answer.json()["msg"].startswith(f"Parameter validation failed for {operation}:")
    assert answer.json()["msg"].endswith(f"failed on the '{rule}' tag")
