"""ledger.explanations against a plain loop: first in, first out, never more than there is."""

from __future__ import annotations

import random
from decimal import Decimal

from tests.spec.drawn import given

CASES = 250


def case(dice):
    """Decisions and fills of one market as (seconds, id, contracts), crowded enough to compete."""

    def some(kind, most):
        return [
            (dice.randrange(0, 400, 10), f"{kind}{number}", Decimal(dice.randint(1, 8)) / 2)
            for number in range(dice.randint(0, most))
        ]

    return some("d", 6), some("f", 9)


def explained(decisions, fills):
    """Which decision explains each fill, one after the other."""
    left = {name: contracts for _, name, contracts in decisions}
    found = {}
    for at, fill, contracts in sorted(fills):
        for since, name, _ in sorted(decisions):
            if abs(since - at) < 60 and left[name] >= contracts:
                left[name] -= contracts
                found[fill] = name
                break
    return found


def test_the_view_explains_as_a_loop_does(store):
    dice = random.Random(20260512)  # noqa: S311 - cases, no secrets
    cases = {f"T{number}": case(dice) for number in range(CASES)}
    for table, place, heading in (
        ("parsed.imported_decisions", 0, "decision_id | ticker | decided_at | contracts"),
        ("parsed.fills", 1, "fill_id | ticker | filled_at | contracts"),
    ):
        lines = [
            f"{ticker}.{name} | {ticker} | 12:{at // 60:02d}:{at % 60:02d} | {contracts}"
            for ticker, told in cases.items()
            for at, name, contracts in told[place]
        ]
        given(store, table, "\n".join([heading, *lines]))
    wanted = {
        f"{ticker}.{fill}": f"{ticker}.{decision}"
        for ticker, told in cases.items()
        for fill, decision in explained(*told).items()
    }
    found = store.frame("select fill_id, decision_id from ledger.explanations")
    assert len(wanted) > CASES, "the cases compete"
    assert dict(found.iter_rows()) == wanted
