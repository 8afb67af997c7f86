"""ladder_untiled: an event that trades wins on every whole degree exactly once."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given
from tests.spec.walk import EVENT, ladder


def found(store, as_of="12:00"):
    rows = store.audit_rows("ladder_untiled", at(as_of))
    return [(one.subject, one.severity, one.detail.split(":")[0]) for one in rows]


def drawn(store, *rungs):
    lines = [f"X-{number} | {rung} | +1d 05:00" for number, rung in enumerate(rungs)]
    head = "ticker | lower_f | upper_f | bounds_evidence | close_at"
    given(store, "parsed.markets", "\n".join([head, *lines]))


def test_a_ladder_that_tiles_is_silent(store):
    ladder(store)
    assert found(store) == []


@pytest.mark.parametrize(
    ("rungs", "said"),
    [
        (("- | 69 | strikes", "71 | - | strikes"), "1 gaps, 0 overlaps and 0"),
        (("- | 70 | strikes", "70 | - | strikes"), "0 gaps, 1 overlaps and 0"),
        (("- | 69 | strikes", "- | 71 | strikes", "72 | - | strikes"), "0 gaps, 1 overlaps and 0"),
        (("- | 69 | strikes", "70 | - | strikes", "72 | - | strikes"), "0 gaps, 1 overlaps and 0"),
        (("60 | 69 | strikes", "70 | - | strikes"), "1 gaps, 0 overlaps and 0"),
        (("- | 69 | strikes", "70 | 71 | strikes"), "1 gaps, 0 overlaps and 0"),
        (("- | 69 | strikes", "70 | - | rules", "- | - | -"), "0 gaps, 0 overlaps and 1"),
    ],
)
def test_a_gap_an_overlap_and_bounds_that_nobody_read_are_told_apart(store, rungs, said):
    drawn(store, *rungs)
    expected = f"{len(rungs)} markets with {said} of unknown bounds"
    assert found(store) == [(EVENT, "warning", expected)]


def test_an_event_that_has_closed_is_history(store):
    drawn(store, "- | 69 | strikes", "71 | - | strikes")
    assert len(found(store, "+1d 04:59")) == 1
    assert found(store, "+1d 05:00") == []
