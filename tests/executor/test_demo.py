"""The demo proves what it shows: drifts move no attribution and no profit; two witnesses agree."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from executor.demo.checks import BY_HAND, failures, wrong_winners
from executor.demo.ending import Ending
from executor.demo.play import OF_THE_RECORD, PLANTED, perform, recorded, simulated
from tests.shared import shared

# Past both drifts, with a day of settlements after the second one.
DAYS = 16


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Ending]:
    found: dict[bool, Ending] = {}

    def play(*, has_drifts: bool) -> Ending:
        if has_drifts not in found:
            folder = tmp_path_factory.mktemp("demo")
            plan = simulated(days=DAYS, has_drifts=has_drifts)
            found[has_drifts] = asyncio.run(perform(plan, folder / "kwx.duckdb", lambda *_: None))
        return found[has_drifts]

    return play


@pytest.mark.long
def test_the_books_equal_the_exchange_s_own_account_in_spite_of_the_drifts(
    ended: Callable[..., Ending],
) -> None:
    ending = ended(has_drifts=True)
    assert failures(ending, PLANTED, {"orders": 20, "fills": 20, "fills by hand": 1}) == []
    assert ending.attribution == ending.witnessed
    assert ending.profits == ending.witnessed_profits
    assert ending.profits


@pytest.mark.long
def test_the_same_seed_without_drifts_has_the_same_attribution_and_profit(
    ended: Callable[..., Ending],
) -> None:
    drifting, sound = ended(has_drifts=True), ended(has_drifts=False)
    assert drifting.attribution == sound.attribution
    assert drifting.profits == sound.profits
    assert drifting.books.rows() == sound.books.rows()
    assert {row["finding"] for row in sound.findings.rows(named=True)} <= {BY_HAND}


@pytest.mark.long
def test_a_day_without_an_arm_posts_nothing(ended: Callable[..., Ending]) -> None:
    ending = ended(has_drifts=True)
    assert ending.activity["orders"] > 0
    assert ending.activity["orders on the forgotten day"] == 0


@pytest.mark.long
def test_recorded_days_end_with_the_recorded_winners_and_nothing_unexplained(
    tmp_path: Path,
) -> None:
    folder = shared("data", "kalshi")
    plan = recorded(folder, date(2025, 2, 18), 3)
    ending = asyncio.run(perform(plan, tmp_path / "kwx.duckdb", lambda *_: None))
    assert ending.winners
    assert wrong_winners(ending, folder) == []
    assert failures(ending, OF_THE_RECORD, {}) == []
