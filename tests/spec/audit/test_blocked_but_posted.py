"""blocked_but_posted: an order left while it was not allowed to."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given

ARMED = "cross_bracket | KXHIGHNY | armed | 08:00 | +1d 08:00"


def posted(store, *words, kind="create"):
    given(
        store,
        "posted.intents",
        "intent_id | strategy_id | ticker | kind | intended_at\n"
        f"i1 | cross_bracket | KXHIGHNY-26JUN10-T70 | {kind} | 12:00",
    )
    if words:
        given(
            store,
            "decided.permissions",
            "\n".join(["strategy_id | family | state | set_at | until_at", *words]),
        )
    return [
        (one.subject, one.severity) for one in store.audit_rows("blocked_but_posted", at("13:00"))
    ]


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("cross_bracket | KXHIGHMIA | armed | 08:00 | +1d 08:00",),
        ("cross_bracket | KXHIGHNY | armed | 08:00 | 12:00",),
        ("cross_bracket | KXHIGHNY | armed | 12:00:01 | +1d 08:00",),
        (ARMED, "cross_bracket | KXHIGHNY | disarmed | 09:00 | -"),
        (ARMED, "* | * | halted | 09:00 | -"),
        (ARMED, "* | kxhighny | blocked | 07:00 | -"),
        (ARMED, "* | KXHIGHNY | blocked | 07:00 | -"),
        (ARMED, "* | KXHIGHNY | blocked | 09:00 | -", "* | KXHIGHNY | unblocked | 10:00 | -"),
        (
            ARMED,
            "* | KXHIGHNY | blocked | 07:00 | -",
            "cross_bracket | KXHIGHNY | unblocked | 07:30 | -",
        ),
    ],
)
def test_an_intent_that_nobody_allowed_halts(store, words):
    assert posted(store, *words) == [("cross_bracket KXHIGHNY", "halt")]


@pytest.mark.parametrize(
    "words",
    [
        (ARMED,),
        ("* | * | armed | 08:00 | +1d 08:00",),
        ("cross_bracket | KXHIGHNY | armed | 12:00 | +1d 08:00",),
        (ARMED, "* | * | halted | 09:00 | -", "* | * | resumed | 10:00 | -"),
        (ARMED, "* | * | halted | 12:00 | -"),
        (ARMED, "* | KXHIGHMIA | blocked | 07:00 | -"),
        ("* | KXHIGHNY | blocked | 06:00 | -", "* | KXHIGHNY | unblocked | 07:00 | -", ARMED),
    ],
)
def test_an_intent_of_an_armed_family_is_silent(store, words):
    assert posted(store, *words) == []


def test_a_cancel_needs_no_permission(store):
    assert posted(store, "* | * | halted | 09:00 | -", kind="cancel") == []
