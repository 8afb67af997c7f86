"""forecast.evidence: the observed bound of a climate day."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kwx_core import pipeline
from kwx_core.store import Store
from tests.spec.drawn import at, expect, given
from tests.spec.walk import guidance, ladder, policy, reports

TOMORROW = "KXHIGHNY-26JUN11"


def evidence(store: Store, moment: str):
    return pipeline.believe(store, policy(), at(moment)).evidence


@pytest.mark.parametrize(
    ("observed_at", "running_f"),
    [
        ("04:59", None),  # 23:59 standard time: yesterday, whatever the clocks of summer say
        ("05:00", 70),
        ("+1d 04:30", 70),  # 23:30 standard time, 00:30 by the clock: the same day
        ("+1d 04:59", 70),
        ("+1d 05:00", None),
    ],
)
def test_an_observation_belongs_to_the_standard_day_of_its_own_time(
    store: Store, observed_at: str, running_f: int | None
) -> None:
    ladder(store, close_at="+1d 08:00")
    reports(store, (observed_at, 70))
    found = evidence(store, "+1d 05:30")
    assert found["running_extreme_f"].to_list() == [running_f]


def test_a_report_of_before_midnight_fetched_after_it_belongs_to_yesterday(store: Store) -> None:
    ladder(store, close_at="+1d 08:00")
    ladder(store, TOMORROW, climate_date="2026-06-11", close_at="+2d 05:00")
    given(
        store,
        "parsed.observations",
        """
        observed_at | kind  | lower_f | upper_f | received_at
        +1d 04:53   | point | 81      | 81      | +1d 05:02
        """,
    )
    expect(
        evidence(store, "+1d 05:10"),
        """
        climate_date | running_extreme_f | bound_f | is_day_over
        2026-06-10   | 81                | 81      | true
        2026-06-11   | -                 | -       | false
        """,
    )


def test_what_was_not_received_yet_is_not_known_yet(store: Store) -> None:
    ladder(store)
    given(
        store,
        "parsed.observations",
        """
        observed_at | kind  | lower_f | upper_f | received_at
        17:51       | point | 75      | 75      | 18:10
        """,
    )
    assert evidence(store, "18:09")["bound_f"].to_list() == [None]
    assert evidence(store, "18:10")["bound_f"].to_list() == [75]


def test_the_lower_bound_of_an_interval_counts_and_an_older_report_never_lowers_it(
    store: Store,
) -> None:
    ladder(store)
    given(
        store,
        "parsed.observations",
        """
        observed_at | kind     | lower_f | upper_f | received_at
        17:51       | interval | 73      | 74      | 17:55
        18:51       | point    | 72      | 72      | 18:55
        14:51       | point    | 65      | 65      | 19:00
        """,
    )
    expect(
        evidence(store, "19:01"),
        """
        running_extreme_f | bound_f | last_f | last_observed_at | last_change_at | standard_hour
        73                | 73      | 72     | 18:51            | 17:51          | 14.016666667
        """,
    )


def test_duplicates_and_order_change_nothing(store: Store) -> None:
    rows = [("13:51", 66), ("14:51", 69), ("15:51", 72), ("16:51", 72), ("17:51", 71)]
    shuffled = [*rows, *rows[:3]]
    shuffled = [shuffled[place] for place in (6, 2, 4, 0, 7, 1, 5, 3)]
    ladder(store)
    lines = ["observed_at | kind | lower_f | upper_f | received_at | raw_sha256"]
    lines += [f"{m} | point | {f} | {f} | 18:00 | {i}" for i, (m, f) in enumerate(shuffled)]
    given(store, "parsed.observations", "\n".join(lines))
    expect(
        evidence(store, "18:00"),
        """
        running_extreme_f | last_change_at | last_observed_at | observation_age_seconds
        72                | 15:51          | 17:51            | 540
        """,
    )


def test_the_bound_only_rises(store: Store) -> None:
    ladder(store)
    reports(store, ("13:51", 66), ("14:51", 70), ("15:51", 69), ("16:51", 73), ("17:51", 60))
    bounds = [
        evidence(store, f"{hour}:55")["bound_f"].item() for hour in ("13", "14", "15", "16", "17")
    ]
    assert bounds == [66, 70, 70, 73, 73]
    assert all(low <= high for low, high in pairwise(bounds))


def test_an_exact_extreme_counts_only_where_its_window_lies_within_the_day(store: Store) -> None:
    ladder(store)
    given(
        store,
        "parsed.observations",
        """
        observed_at | kind          | measure | lower_f | upper_f | window_start_at | window_end_at
        17:51       | point         | -       | 72      | 72      | -               | -
        17:51       | exact_extreme | high    | 74      | 74      | 11:51           | 17:51
        05:51       | exact_extreme | high    | 90      | 90      | -1d 23:51       | 05:51
        17:51       | exact_extreme | low     | 95      | 95      | 11:51           | 17:51
        """,
    )
    expect(
        evidence(store, "18:30"),
        "running_extreme_f | exact_extreme_f | bound_f\n72 | 74 | 74",
    )


def test_a_lone_spike_waits_for_a_second_report(store: Store) -> None:
    ladder(store)
    reports(store, ("14:51", 70), ("15:51", 88), ("16:51", 71))
    assert evidence(store, "15:55")["bound_f"].to_list() == [70]
    assert evidence(store, "17:00")["bound_f"].to_list() == [71]


def test_a_rise_that_a_second_report_confirms_is_no_spike(store: Store) -> None:
    ladder(store)
    reports(store, ("14:51", 70), ("15:51", 79), ("16:51", 80))
    assert evidence(store, "15:55")["bound_f"].to_list() == [70]
    assert evidence(store, "17:00")["bound_f"].to_list() == [80]


def test_a_low_is_bounded_from_above_by_the_most_that_a_report_can_mean(store: Store) -> None:
    ladder(store, "KXLOWTNYC-26JUN10", measure="low")
    given(
        store,
        "parsed.observations",
        """
        observed_at | kind     | lower_f | upper_f | received_at
        09:51       | interval | 59      | 60      | 10:00
        10:51       | point    | 61      | 61      | 11:00
        """,
    )
    expect(
        evidence(store, "11:30"),
        "measure | running_extreme_f | bound_f | last_change_at\nlow | 60 | 60 | 09:51",
    )


def test_evidence_is_written_down_when_it_is_new_and_else_every_five_minutes(store: Store) -> None:
    ladder(store)
    guidance(store, 74.0)
    reports(store, ("17:51", 70))
    for moment in ("18:00", "18:01", "18:04", "18:05"):
        evidence(store, moment)
    reports(store, ("18:06", 71))
    evidence(store, "18:07")
    expect(
        store.frame("select as_of, bound_f from forecast.evidence"),
        "as_of | bound_f\n18:00 | 70\n18:05 | 70\n18:07 | 71",
    )
