"""Whoever edits facts or books behind our back is noticed; whoever does not, is not accused."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kwx_core.store import Store
from tests.conftest import PAPER
from tests.properties.corruption import DRAWN, noticed, told, world
from tests.properties.test_ledger_against_paper import ENDINGS, Trading, drawn_action

# A fifth of the drill; the whole of it is `python -m tests.properties.corruption`, which also has
# 50 clean days of the demo. Seeds are of edits: another one is another table, row and kind.
EDITS = 60
CLEAN_WORLDS = 50


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime]:
    return world(tmp_path_factory.mktemp("corruption"), days=1, seed=1)


def test_an_untouched_world_is_sound_and_every_table_of_it_has_rows(
    played: tuple[Path, datetime],
) -> None:
    with Store.open(played[0]) as store:
        assert store.verify() == []
        empty = [name for name in DRAWN if store.frame(f"select 1 from {name} limit 1").is_empty()]
    assert empty == []


@pytest.mark.long
def test_edits_that_change_a_number_that_people_read_give_a_finding(
    played: tuple[Path, datetime],
) -> None:
    drill = told([noticed(*played, seed) for seed in range(EDITS)])
    assert drill["counting"] >= EDITS / 4, drill
    assert drill["found"] >= 0.95 * drill["counting"], drill["silent"]


@pytest.mark.long
def test_fifty_untouched_accounts_give_no_finding() -> None:
    for seed in range(CLEAN_WORLDS):
        with Store.in_memory(PAPER, datetime(2026, 6, 1, tzinfo=UTC)) as store:
            ended = traded(store, seed)
            store.seal(ended + timedelta(days=1))
            assert store.verify() == []
            found = store.audit(ended + timedelta(minutes=5), "drill")
            assert [one for one in found if one.severity != "info"] == [], seed


def traded(store: Store, seed: int) -> datetime:
    """A customer of the paper exchange, to the settlement; when it ended."""
    chance = random.Random(seed)  # noqa: S311 - a seeded customer, no secret
    trading = Trading(store, "quadratic")
    for _ in range(10):
        trading.act(drawn_action(chance))
    trading.finish(*ENDINGS[seed % 3])
    store.parse()
    store.derive_all()
    return trading.exchange.clock.now()
