"""Permissions: dated words of people, and what policy blocks."""

from __future__ import annotations

import pytest

from kwx_core.decided.permissions import permission
from tests.spec.drawn import at, frame
from tests.spec.walk import policy

SAID = [
    # words (strategy, family, state, set at, until), then blocked, halted, armed at 12:00
    ([], False, False, False),
    ([("*", "KXHIGHNY", "armed", "10:00", "13:00")], False, False, True),
    ([("cross_bracket", "*", "armed", "10:00", "13:00")], False, False, True),
    ([("*", "kxhighny", "armed", "10:00", "13:00")], False, False, True),
    ([("*", "KXHIGHCHI", "armed", "10:00", "13:00")], False, False, False),
    ([("mm_quote", "KXHIGHNY", "armed", "10:00", "13:00")], False, False, False),
    ([("*", "KXHIGHNY", "armed", "10:00", "12:00")], False, False, False),  # ended by itself
    ([("*", "KXHIGHNY", "armed", "10:00", "-")], False, False, False),  # without an end
    ([("*", "KXHIGHNY", "armed", "10:00", "+1d 10:01")], False, False, False),  # above 24 h
    ([("*", "KXHIGHNY", "armed", "12:01", "13:00")], False, False, False),  # in the future
    (
        [("*", "KXHIGHNY", "armed", "10:00", "13:00"), ("*", "*", "disarmed", "11:00", "-")],
        False, False, False,
    ),
    (
        [("*", "*", "disarmed", "10:00", "-"), ("*", "KXHIGHNY", "armed", "11:00", "13:00")],
        False, False, True,
    ),
    (
        [("*", "KXHIGHNY", "armed", "10:00", "13:00"), ("*", "KxHighNy", "blocked", "11:00", "-")],
        True, False, False,
    ),
    (  # lifting a block revives nothing
        [
            ("*", "KXHIGHNY", "armed", "10:00", "13:00"),
            ("*", "KXHIGHNY", "blocked", "11:00", "-"),
            ("*", "kxhighny", "unblocked", "11:30", "-"),
        ],
        False, False, False,
    ),
    (  # an arm set while blocked does not beat the block
        [("*", "KXHIGHNY", "blocked", "10:00", "-"), ("*", "*", "armed", "11:00", "13:00")],
        True, False, True,
    ),
    (  # a block is lifted in its own scope only
        [
            ("*", "KXHIGHNY", "blocked", "10:00", "-"),
            ("cross_bracket", "KXHIGHNY", "unblocked", "11:00", "-"),
        ],
        True, False, False,
    ),
    ([("*", "*", "halted", "10:00", "-")], False, True, False),
    (
        [("*", "*", "halted", "10:00", "-"), ("*", "*", "resumed", "11:00", "-")],
        False, False, False,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("words", "is_blocked", "is_halted", "is_armed"), SAID)
def test_what_was_said_holds_as_long_as_it_was_said_to(
    words: list[tuple[str, ...]], is_blocked: bool, is_halted: bool, is_armed: bool
) -> None:
    lines = ["strategy_id | family | state | set_at | until_at", *(" | ".join(w) for w in words)]
    said = frame("decided.permissions", "\n".join(lines))
    found = permission(said, "cross_bracket", "KXHIGHNY", policy(), at("12:00"))
    assert (found.is_blocked, found.is_halted) == (is_blocked, is_halted)
    assert (found.armed_until_at is not None) == is_armed


@pytest.mark.parametrize(
    ("strategy", "family", "is_blocked"),
    [
        ("cross_bracket", "KXHIGHDEN", True),
        ("mm_quote", "kxhighden", True),
        ("directional", "KXBTC", True),
        ("cross_bracket", "KXBTC", False),
        ("mm_quote", "KXHIGHNY", True),
        ("cross_bracket", "KXHIGHNY", False),
    ],
)
def test_what_policy_blocks_only_policy_unblocks(
    strategy: str, family: str, is_blocked: bool
) -> None:
    said = frame(
        "decided.permissions",
        f"strategy_id | family | state | set_at\n* | {family} | unblocked | 10:00",
    )
    assert permission(said, strategy, family, policy(), at("12:00")).is_blocked is is_blocked
