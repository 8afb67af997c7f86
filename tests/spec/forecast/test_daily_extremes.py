"""forecast.daily_extremes: the distribution of the day's high over whole degrees."""

from __future__ import annotations

import numpy as np
import pytest

from kwx_core import pipeline
from kwx_core.store import Store
from tests.spec.drawn import at, given
from tests.spec.walk import guidance, ladder, override, policy, reports


def extreme(store: Store, moment: str, variant: str = "live", local: str | None = None) -> dict:
    belief = pipeline.believe(store, policy(local), at(moment))
    return belief.daily_extremes.filter(variant=variant).row(0, named=True)


def below(found: dict, degree_f: int) -> float:
    """P(high < degree)."""
    return sum(p for k, p in enumerate(found["pmf"], found["first_f"]) if k < degree_f)


@pytest.mark.parametrize("moment", ["05:30", "12:00", "18:00", "22:00", "+1d 04:55"])
def test_it_sums_to_one_on_its_support_at_every_hour(store: Store, moment: str) -> None:
    ladder(store)
    guidance(store, 74.0)
    reports(store, ("05:10", 60), ("11:51", 66), ("17:51", 72), ("21:51", 71))
    found = extreme(store, moment)
    assert sum(found["pmf"]) == pytest.approx(1.0, abs=1e-12)
    assert found["pmf"][0] >= 1e-9
    assert found["pmf"][-1] >= 1e-9
    degrees = np.arange(len(found["pmf"])) + found["first_f"]
    assert found["mean_f"] == pytest.approx(degrees @ np.array(found["pmf"]), abs=1e-6)


def test_before_the_first_report_it_is_the_guidance(store: Store) -> None:
    ladder(store, "KXHIGHPHIL-26JUN10", station_id="KPHL")
    guidance(store, 74.2, 2.5, station_id="KPHL")
    found = extreme(store, "03:00")
    assert found["mean_f"] == pytest.approx(74.2, abs=1e-6)
    assert found["sd_f"] == pytest.approx((2.5**2 + 1 / 12) ** 0.5, abs=1e-6)


@pytest.mark.parametrize("kind", ["point", "exact_extreme"])
def test_the_high_is_hardly_ever_below_what_was_observed(store: Store, kind: str) -> None:
    ladder(store)
    guidance(store, 66.0)
    given(
        store,
        "parsed.observations",
        f"""
        observed_at | kind   | measure | lower_f | upper_f | window_start_at | window_end_at
        17:51       | point  | -       | 73      | 73      | -               | -
        17:51       | {kind} | high    | 74      | 74      | 11:51           | 17:51
        """,
    )
    found = extreme(store, "18:00")
    assert 0 < below(found, 74) <= 0.01
    assert below(found, 73) == 0.0


def test_the_maximum_multiplies_what_was_reached_with_what_is_to_come(store: Store) -> None:
    """At 13 h the high is to come with .40; guidance of 90 then decides, else the increment."""
    ladder(store, "KXHIGHPHIL-26JUN10", station_id="KPHL")
    guidance(store, 90.0, 2.0, station_id="KPHL")
    reports(store, ("18:00", 72), station_id="KPHL")
    found = extreme(store, "18:10")
    passed = 1.0 - policy().forecast.quality_control_probability
    assert below(found, 80) == pytest.approx(0.60, abs=1e-4)
    assert below(found, 73) == pytest.approx(0.60 * (0.355 * passed + 0.009 * 0.86), abs=2e-3)


def test_after_the_day_only_the_increment_remains(store: Store) -> None:
    ladder(store, "KXHIGHPHIL-26JUN10", station_id="KPHL", close_at="+1d 08:00")
    guidance(store, 90.0, station_id="KPHL")
    reports(store, ("18:00", 72), ("+1d 04:51", 60), station_id="KPHL")
    local = override("forecast.physical_sd_floor_f", "0.1") + override(
        "forecast.family_floors_f", '{ live = { "*" = 0.1 }, running_high = { "*" = 0.1 } }'
    )
    found = extreme(store, "+1d 06:00", local=local)
    assert found["first_f"] == 71
    share = policy().forecast.quality_control_probability
    kept = [0.355, 0.505, 0.120, 0.017, 0.003]
    wanted = [share * kept[0]] + [
        (1 - share) * p + share * q for p, q in zip(kept, [*kept[1:], 0.0], strict=True)
    ]
    assert found["pmf"] == pytest.approx(wanted, abs=1e-9)


def test_a_silent_station_does_not_make_the_peak_pass(store: Store) -> None:
    ladder(store)
    guidance(store, 80.0)
    reports(store, ("14:51", 66))
    assert extreme(store, "23:30")["mean_f"] > 79


def test_without_guidance_and_with_hours_to_come_there_is_no_opinion(store: Store) -> None:
    ladder(store)
    reports(store, ("17:51", 72))
    belief = pipeline.believe(store, policy(), at("18:00"))
    assert belief.daily_extremes["variant"].to_list() == ["running_high"]


@pytest.mark.parametrize(
    ("family", "station", "floor_f"),
    [
        ("KXHIGHLAX", "KLAX", 1.5),
        ("KXHIGHMIA", "KMIA", 2.0),
        ("KXHIGHNY", "KNYC", 2.0),
        ("KXHIGHAUS", "KAUS", 2.0),
        ("KXHIGHCHI", "KMDW", 2.5),
        ("KXHIGHPHIL", "KPHL", 1.0),
    ],
)
def test_the_family_s_floor_holds_and_is_told_beside_the_sd_before_it(
    store: Store, family: str, station: str, floor_f: float
) -> None:
    ladder(store, f"{family}-26JUN10", station_id=station, close_at="+1d 09:00")
    guidance(store, 70.0, station_id=station)
    reports(store, ("19:00", 74), ("+1d 04:30", 66), station_id=station)
    found = extreme(store, "+1d 04:40")
    assert found["floor_f"] == floor_f
    assert found["sd_before_floor_f"] < floor_f
    assert found["sd_f"] == pytest.approx(floor_f, abs=0.02)
    assert below(found, 74) <= 0.01
    assert sum(found["pmf"]) == pytest.approx(1.0, abs=1e-12)


def test_a_distribution_wider_than_its_floor_is_left_alone(store: Store) -> None:
    ladder(store)
    guidance(store, 74.0, 4.0)
    found = extreme(store, "03:00")
    assert found["sd_f"] == pytest.approx(found["sd_before_floor_f"], abs=1e-6)


def test_the_shadow_is_a_normal_around_the_running_high(store: Store) -> None:
    ladder(store)
    guidance(store, 80.0)
    reports(store, ("17:51", 72))
    found = extreme(store, "18:00", "running_high")
    assert found["mean_f"] == pytest.approx(72.0, abs=1e-6)
    assert below(found, 72) == pytest.approx(0.4013, abs=1e-4)
    assert (found["sd_before_floor_f"], found["floor_f"]) == (2.0, 1.0)
