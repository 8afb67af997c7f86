"""ledger.lots: YES and NO of a book pair first in, first out, and return their dollar."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from tests.spec.drawn import at, expect, given, table

HEAD = "fill_id|ticker|client_order_id|outcome_side|contracts|price_dollars|fee_dollars|filled_at\n"


def lots(store, fills: str):
    given(store, "parsed.fills", HEAD + fills)
    store.derive_all()
    return table(store, "ledger.lots")


def test_a_hedge_is_one_lot_and_what_it_does_not_cover_stays_open(store):
    expect(
        lots(
            store,
            """
            f1 | A | mm_xb_1      | no  | 3 | .75 | .06 | 12:00
            f2 | A | mm_xb_exit_1 | yes | 1 | .12 | .01 | 13:00
            """,
        ),
        """
        lot_id|book_id|ticker|yes_fill_id|no_fill_id|contracts|opened_at|netted_at|cost_dollars|fee_dollars
        f2:f1 | cross_bracket | A | f2 | f1 | 1 | 12:00 | 13:00 | .87  | .03
        :f1   | cross_bracket | A | -  | f1 | 2 | 12:00 | -     | 1.50 | .04
        """,
    )


def test_the_first_bought_pair_first_and_a_fill_may_be_split_over_many(store):
    expect(
        lots(
            store,
            """
            y1 | A | mm_xb_1 | yes | 5    | .40 | .10 | 12:00
            y2 | A | mm_xb_2 | yes | .50  | .50 | .01 | 13:00
            n1 | A | mm_xb_3 | no  | 2    | .30 | .02 | 14:00
            n2 | A | mm_xb_4 | no  | 3.25 | .20 | .04 | 15:00
            n3 | A | mm_xb_5 | no  | 2    | .10 | .08 | 16:00
            """,
        ),
        """
        lot_id | contracts | opened_at | netted_at | cost_dollars | fee_dollars
        y1:n1  | 2         | 12:00     | 14:00     | 1.40         | .06
        y1:n2  | 3         | 12:00     | 15:00     | 1.80         | .096923
        y2:n2  | .25       | 13:00     | 15:00     | .175         | .008077
        y2:n3  | .25       | 13:00     | 16:00     | .15          | .015
        :n3    | 1.75      | 16:00     | -         | .175         | .07
        """,
    )


def test_books_do_not_pair_with_one_another(store):
    expect(
        lots(
            store,
            """
            f1 | A | mm_xb_1 | no  | 1 | .75 | .02 | 12:00
            f2 | A | -       | yes | 1 | .12 | .01 | 13:00
            f3 | B | mm_xb_1 | yes | 1 | .12 | .01 | 13:00
            """,
        ),
        """
        lot_id | book_id       | ticker | netted_at
        :f1    | cross_bracket | A      | -
        f2:    | manual        | A      | -
        f3:    | cross_bracket | B      | -
        """,
    )


def test_what_ends_together_pairs_whole_and_ties_go_by_id(store):
    expect(
        lots(
            store,
            """
            b | A | - | yes | 1 | .40 | 0 | 12:00
            a | A | - | yes | 1 | .30 | 0 | 12:00
            c | A | - | no  | 1 | .60 | 0 | 12:00
            d | A | - | no  | 1 | .70 | 0 | 12:00
            """,
        ),
        "lot_id | contracts | cost_dollars\n a:c | 1 | .90\n b:d | 1 | 1.10",
    )


@pytest.mark.parametrize("scale", ["1", "1000000"])
def test_the_parts_of_a_cost_and_a_fee_sum_to_the_millionth(store, scale):
    """A third of a millionth is nobody's: the part that reaches the fill's end has what is left."""
    many = str(3 * Decimal(scale))
    found = lots(
        store,
        f"""
        y1 | A | - | yes | {many}  | .333333 | .000002 | 12:00
        n1 | A | - | no  | {scale} | .5      | 0       | 13:00
        n2 | A | - | no  | {scale} | .5      | 0       | 14:00
        n3 | A | - | no  | {scale} | .5      | 0       | 15:00
        """,
    )
    fees = dict(found.select("no_fill_id", "fee_dollars").rows())
    assert fees == {"n1": Decimal(0), "n2": Decimal("0.000001"), "n3": Decimal("0.000001")}
    assert sum(found["cost_dollars"]) == 3 * Decimal(scale) * Decimal("0.833333")


def test_a_late_fill_that_moves_every_pair_leaves_no_lot_behind(store):
    given(
        store,
        "parsed.fills",
        HEAD
        + """
        n1 | A | - | no  | 1 | .60 | 0 | 12:00
        y1 | A | - | yes | 1 | .40 | 0 | +3d 12:00
        n9 | B | - | no  | 1 | .60 | 0 | 12:00
        """,
    )
    store.derive_all()
    given(store, "parsed.fills", HEAD + "n0 | A | - | no | 1 | .50 | 0 | 11:00")
    window = (at("10:00"), at("11:30"))
    store.derive("attribution", window)
    store.derive("lots", window)
    expect(
        table(store, "ledger.lots"),
        "lot_id | netted_at\n y1:n0 | +3d 12:00\n :n1 | -\n :n9 | -",
    )


def test_a_fill_that_changes_hands_takes_its_lots_along(store):
    lots(store, "f1 | A | - | no | 1 | .60 | 0 | 12:00\n f2 | A | - | yes | 1 | .30 | 0 | 13:00")
    given(store, "posted.corrections", "fill_id | strategy_id\n f2 | exit")
    window = (at("12:30"), at("13:30"))
    store.derive("attribution", window)
    store.derive("lots", window)
    expect(table(store, "ledger.lots"), "lot_id | book_id\n :f1 | manual\n f2: | exit")


def by_hand(fills: list[dict]) -> dict[tuple, Decimal]:
    """Contracts of each pair, by two queues: the slow rule that the set-based one must equal."""
    waiting = {"yes": [], "no": []}
    for fill in sorted(fills, key=lambda one: (one["at"], one["id"])):
        waiting[fill["side"]].append([fill["id"], fill["contracts"]])
    pairs: dict[tuple, Decimal] = {}
    yes, no = waiting["yes"], waiting["no"]
    while yes and no:
        part = min(yes[0][1], no[0][1])
        pairs[yes[0][0], no[0][0]] = part
        for queue in (yes, no):
            queue[0][1] -= part
            if not queue[0][1]:
                queue.pop(0)
    pairs |= {(name, None): left for name, left in yes}
    return pairs | {(None, name): left for name, left in no}


@pytest.mark.parametrize("seed", range(8))
def test_the_set_based_pairs_are_those_of_two_queues(store, seed):
    chance = random.Random(seed)  # noqa: S311 - a seeded history, no secret
    fills = [
        {
            "id": f"f{index:02}",
            "side": chance.choice(("yes", "no")),
            "contracts": Decimal(chance.choice((25, 50, 100, 325))) / 100,
            "at": chance.randrange(10, 24),
        }
        for index in range(40)
    ]
    drawn = "\n".join(
        f"{one['id']} | A | - | {one['side']} | {one['contracts']} | .37 | .0123 | {one['at']}:00"
        for one in fills
    )
    found = lots(store, drawn)
    got = {(y, n): c for y, n, c in found.select("yes_fill_id", "no_fill_id", "contracts").rows()}
    assert got == by_hand(fills)
    assert found["fee_dollars"].sum() == 40 * Decimal("0.0123")
