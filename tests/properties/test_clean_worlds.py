"""Where nobody edits anything, neither verify nor an audit accuses anybody."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from kwx_core.store import Store
from tests.conftest import PAPER
from tests.properties.test_ledger_against_paper import ENDINGS, Trading, drawn_action

CLEAN_WORLDS = 50


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
    for _ in range(6):
        trading.act(drawn_action(chance))
    trading.finish(*ENDINGS[seed % 3])
    store.parse()
    store.derive_all()
    return trading.exchange.clock.now()
