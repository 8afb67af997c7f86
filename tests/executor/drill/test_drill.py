"""A short drill, end to end: the real day, the real wire, the real loop."""

from __future__ import annotations

import json

import pytest

from executor.drill.judge import Seen
from executor.drill.mutations import Case
from executor.drill.player import Player
from executor.drill.run import asked_feeds
from tests.executor.kwx import Kwx

# Nobody asks for these on an ordinary day.
NOT_ASKED = {"parsed.trades", "parsed.imported_decisions", "parsed.predecessor_books"}


@pytest.fixture(scope="module")
def player(tmp_path_factory):
    with Player(asked_feeds(), tmp_path_factory.mktemp("drill")) as playing:
        yield playing


def fields_of(tick: Seen):
    return {name: frame.height for name, frame in tick.books.items()}


def test_the_day_has_records_in_every_feed_and_nothing_to_say(player):
    sound, heard = player.sound(player._moments(Case("kalshi_fills", None, "new_key")))
    for tick in sound.free:
        rows = fields_of(tick)
        assert all(rows[name] for name in rows if name not in NOT_ASKED), rows
        assert not tick.is_halted
        assert {one.severity for one in tick.findings} <= {"info"}
    assert set(heard) == {feed.name for feed in asked_feeds()}
    assert sound.free[0].entries, "no order leaves, so that no halt can be seen"
    assert sound.free[0].books["parsed.orders"].filter(status="resting").height
    first, second = sound.free
    assert not first.books["ledger.cash"].equals(second.books["ledger.cash"])


@pytest.mark.parametrize(
    ("field", "mutation", "outcome"),
    [
        ("count_fp", "drop", "halted"),
        ("created_time", "type", "halted"),
        ("yes_price_dollars", "rescale", "halted"),
        ("trade_id", "rename", "unmoved"),
        ("count", "drop", "unmoved"),
    ],
)
def test_a_field_that_goes_wrong_halts_or_moves_nothing(player, field, mutation, outcome):
    row = player.judged(Case("kalshi_fills", field, mutation, path=("fills", field)))
    assert row.outcome == outcome, row
    if outcome == "halted":
        assert row.finding
        assert f"kalshi_fills.{field}" in row.finding or field in row.finding


@pytest.mark.parametrize("mutation", ["key_order", "trailing_zeros", "new_key", "slow_answers"])
def test_a_harmless_change_moves_nothing_and_halts_nobody(player, mutation):
    row = player.judged(Case("kalshi_fills", None, mutation, is_benign=True))
    assert (row.outcome, row.moved) == ("unmoved", None)


def test_an_answer_without_a_body_halts(player):
    assert player.judged(Case("kalshi_fills", None, "no_body")).outcome == "halted"


def test_the_command_prints_and_writes_a_row_for_every_case(tmp_path):
    kwx = Kwx(tmp_path)
    done = kwx(
        "drill", "--feed", "kalshi_user_data_timestamp", "--mutation", "drop",
        "--mutation", "key_order", "--workers", "1", "--format", "json", "--output", "rows.json",
    )  # fmt: skip
    assert done.code == 0, done.err
    written = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
    assert [(row["field"], row["mutation"], row["is_benign"]) for row in written] == [
        ("as_of_time", "drop", False),
        (None, "key_order", True),
    ]
    assert written[0]["outcome"] == "halted"
    assert "kalshi_user_data_timestamp.as_of_time" in written[0]["finding"]
    assert [row["outcome"] for row in done.rows()] == ["halted", "unmoved"]
    assert "2 cases" in done.err


def test_a_feed_or_a_mutation_that_is_none_is_refused_in_one_line(tmp_path):
    for option in ("--feed", "--mutation"):
        done = Kwx(tmp_path)("drill", option, "tea_leaves")
        assert done.code == 2
        assert "tea_leaves" in done.err
        assert done.err.count("\n") == 1
