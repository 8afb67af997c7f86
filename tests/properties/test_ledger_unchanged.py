"""A ledger that is not derived because nothing has changed is the ledger that would be."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from kwx_core.contracts.posted import Corrections
from kwx_core.store import Store
from kwx_core.store.catalog import BOOKS
from tests.properties.test_ledger_against_paper import ENDINGS, Trading, drawn_action
from tests.spec.drawn import frame, land, table

BEFORE, AHEAD = timedelta(days=14), timedelta(days=1)


def books(store: Store) -> dict[str, list[tuple]]:
    return {noun: sorted(table(store, f"ledger.{noun}").rows(), key=repr) for noun in BOOKS}


def correct(store: Store, trading: Trading, chance: random.Random) -> None:
    """A person gives one of the fills to another strategy."""
    made_at = trading.exchange.clock.now().isoformat()
    fill_id = chance.choice(sorted(table(store, "parsed.fills")["fill_id"]))
    strategy = chance.choice(["cross_bracket", "exit"])
    picture = f"fill_id | strategy_id | made_at\n{fill_id} | {strategy} | {made_at}"
    with store.transaction():
        store.append(Corrections, Corrections.validate(frame("posted.corrections", picture)))


def land_late(store: Store, trading: Trading, chance: random.Random) -> None:
    """A reading of the balance, or of the positions, that is older than what has landed."""
    moment = trading.exchange.clock.now() - timedelta(seconds=chance.randrange(5, 3000))
    received_at = moment.isoformat()
    if chance.random() < 0.5:
        land(store, "kalshi_balance", {"balance_dollars": "7.0000", "balance": 700,
             "portfolio_value": 0, "updated_ts": 1}, received_at=received_at)  # fmt: skip
    else:
        body = {"cursor": "", "market_positions": [], "event_positions": []}
        land(store, "kalshi_positions", body, received_at=received_at)


def step(store: Store, trading: Trading, chance: random.Random) -> None:
    match chance.randrange(10):
        case 0 if not table(store, "parsed.fills").is_empty():
            correct(store, trading, chance)
        case 1:
            land_late(store, trading, chance)
        case 2 | 3 | 4:
            trading.act(drawn_action(chance))
        case _:
            trading.read()


@pytest.mark.parametrize("seed", range(4))
def test_the_books_are_those_of_deriving_everything_each_time(store: Store, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a seeded customer, no secret
    trading = Trading(store, "quadratic")
    for _ in range(12):
        trading.act(drawn_action(chance))
    store.parse()
    skipped = 0
    for turn in range(24):
        if turn == 16:
            trading.finish(*ENDINGS[seed % 3])
        step(store, trading, chance)
        store.parse()
        now = trading.exchange.clock.now()
        window = (now - BEFORE, now + AHEAD)
        skipped += set(store.derive_changed(window)) == {"cash_proof"}
        kept, was = books(store), store._derived
        store.derive_all(window)
        assert books(store) == kept, turn
        store._derived = was
    assert 4 < skipped < 24
    assert table(store, "ledger.cash").height > 3


def test_a_fresh_process_derives_everything_once(store: Store) -> None:
    trading = Trading(store, "quadratic")
    store.parse()
    now = trading.exchange.clock.now()
    window = (now - BEFORE, now + AHEAD)
    assert set(store.derive_changed(window)) == set(BOOKS)
    assert set(store.derive_changed(window)) == {"cash_proof"}
    store.rebuild(["ledger"], window, write=False)
    assert set(store.derive_changed(window)) == set(BOOKS)
