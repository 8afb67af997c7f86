"""What is fetched or landed, how often, and where its records lie in a body."""

from __future__ import annotations

import re

from tests.spec.ref.rows import column, rows

LANDABLE = {
    "kalshi_markets",
    "kalshi_event",
    "kalshi_orderbook",
    "kalshi_trades",
    "kalshi_orders",
    "kalshi_fills",
    "kalshi_settlements",
    "kalshi_positions",
    "kalshi_balance",
    "kalshi_deposits",
    "kalshi_ws",
    "metar",
    "nws_observations",
    "nws_cli",
    "nws_forecast",
    "dsm",
    "cf6",
    "iem_cli",
    "iem_asos",
    "iem_mos",
    "nbp",
    "twc_climate",
    "open_meteo",
}
WALKED = {
    "kalshi_markets",
    "kalshi_orderbook",
    "kalshi_orders",
    "kalshi_fills",
    "kalshi_settlements",
    "kalshi_positions",
    "kalshi_balance",
    "metar",
    "open_meteo",
}


def test_every_feed_that_can_be_landed_is_listed_once():
    feeds = column("feeds", "feed")
    assert len(set(feeds)) == len(feeds)
    assert set(feeds) >= LANDABLE


def test_the_feeds_of_the_walk_have_a_cadence_and_their_place():
    walked = {row["feed"] for row in rows("feeds") if row["cadence_seconds"]}
    assert walked >= WALKED
    for row in rows("feeds"):
        assert re.fullmatch(r"[a-z_]+", row["host"])
        assert row["path"].startswith("/")
        assert row["cadence_seconds"] is None or int(row["cadence_seconds"]) >= 60
        assert row["record_path"] is None or re.fullmatch(r"\$(\.[A-Za-z_]+)*", row["record_path"])


def test_a_feed_with_expected_fields_says_where_its_records_are():
    places = {row["feed"]: row["record_path"] for row in rows("feeds")}
    assert all(places[feed] for feed in set(column("fields", "feed")))
