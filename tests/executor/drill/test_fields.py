"""The drill's list of fields is read from the parsers and misses none of their keys."""

from __future__ import annotations

import re

import pytest

from executor.drill.fields import fields, keys
from executor.drill.run import asked_feeds
from kwx_core.store.catalog import FEEDS
from kwx_core.store.queries import select

ASKED = {feed.name: feed.record_path for feed in asked_feeds()}


def named(noun: str) -> set[str]:
    """Another reading of the same file: every quoted word that is followed by a colon or a path."""
    text = re.sub(r"--[^\n]*", "", select("parsed", noun))
    return {
        *re.findall(r'"(\w+)"\s*:', text),
        *re.findall(r"'\$\.(\w+)'", text),
        *re.findall(r"\.\w+\['(\w+)'\]", text),
        *re.findall(r"regexp_full_match\(one\.key, '(\w+)", text),
        *re.findall(r"(?:json_extract(?:_string)?|json_value|json_type)\([^()]*'\$\.(\w+)'", text),
    }


# What reads every feed names the keys of none.
@pytest.mark.parametrize("noun", [noun for noun, feeds in FEEDS.items() if feeds])
def test_every_key_that_a_parser_names_is_found(noun):
    found = {part for path, _ in keys(select("parsed", noun)) for part in path}
    assert found == named(noun)


def test_every_parser_of_an_asked_feed_has_its_keys_in_the_list():
    used = fields(ASKED)
    for noun, feeds in FEEDS.items():
        for feed in set(feeds) & set(ASKED):
            found = {part for field in used if field.feed == feed for part in field.path}
            foreign = {"event"} if feed == "kalshi_markets" else set()
            assert named(noun) - foreign <= found, (noun, feed)


def test_no_feed_is_drilled_that_the_service_does_not_ask():
    assert {field.feed for field in fields(ASKED)} == set(ASKED)


def test_a_key_is_named_from_the_feed_s_records_and_reached_from_the_body():
    used = {(field.feed, field.name): field.path for field in fields(ASKED)}
    assert used["kalshi_fills", "count_fp"] == ("fills", "count_fp")
    assert used["kalshi_fills", "fills"] == ("fills",)
    assert used["kalshi_balance", "balance_breakdown.balance"] == ("balance_breakdown", "balance")
    assert used["kalshi_orderbook", "yes_dollars"] == ("orderbook_fp", "yes_dollars")
    assert used["open_meteo", "hourly.time"] == ("hourly", "time")
    assert ("kalshi_markets", "event") not in used


def test_money_is_rescaled_and_degrees_and_counts_are_not():
    money = {field.name for field in fields(ASKED) if field.is_money}
    assert {"fee_cost", "yes_price_dollars", "revenue", "balance", "value", "yes_bid"} <= money
    assert not money & {
        "count_fp", "floor_strike", "cap_strike", "expiration_value", "yes_bid_size_fp", "temp",
        "balance_breakdown", "created_time",
    }  # fmt: skip


def test_a_statement_s_schema_paths_and_map_keys_are_read():
    query = """
    -- '{"not":"VARCHAR"}' is a comment
    select try(from_json(body, replace('{"list":[M]}', 'M', '{"a":"VARCHAR","b":["VARCHAR"]}'))),
        if(json_valid(body), body::json, null) as answer,
        answer -> '$.book' as levels,
        levels -> '$.yes',
        place.hourly['time'],
    """
    assert {path for path, _ in keys(query)} == {
        ("list",), ("list", "a"), ("list", "b"), ("book",), ("book", "yes"), ("hourly", "time"),
    }  # fmt: skip
