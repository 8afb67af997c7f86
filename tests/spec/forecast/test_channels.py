"""forecast.channels: every source means one thing."""

from __future__ import annotations

import pytest

from kwx_core import pipeline
from kwx_core.forecast.combination import combination
from kwx_core.store import Store
from tests.spec.drawn import at, expect, frame
from tests.spec.walk import guidance, ladder, override, policy, reports


def channels(store: Store, moment: str):
    return pipeline.believe(store, policy(), at(moment)).channels


def test_each_source_has_a_row_of_its_own(store: Store) -> None:
    ladder(store)
    guidance(store, 54.0)
    reports(store, ("13:51", 38))
    expect(
        channels(store, "14:00"),
        """
        source_id          | variant      | mean_f | sd_f        | is_included | branch
        open_meteo_ecmwf   | live         | 54     | 3.2         | true        | guidance
        running_extreme    | live         | 38.808 | 0.730161626 | true        | increment
        metar              | live         | 48     | 8           | false       | blend
        metar_running_only | running_high | 38     | 2           | true        | running_high
        """,
    )


@pytest.mark.parametrize(
    ("moment", "mean_f"),
    [("05:00", 54), ("11:00", 50), ("14:00", 48), ("17:00", 46), ("20:00", 44)],
)
def test_the_founding_channel_blends_by_the_hours_left(
    store: Store, moment: str, mean_f: float
) -> None:
    ladder(store)
    guidance(store, 54.0)
    reports(store, ("05:00", 38))
    metar = channels(store, moment).filter(source_id="metar")
    assert metar["mean_f"].to_list() == pytest.approx([mean_f])


@pytest.mark.parametrize(
    ("moment", "last_f", "branch", "sd_f"),
    [
        ("22:55", 72, "blend", 6.5),  # 17 h and level
        ("23:00", 72, "past_peak", 0.3),  # 18 h
        ("19:00", 71, "past_peak", 0.3),  # 14 h and a degree below the running high
        ("18:59", 71, "blend", 6.5),
    ],
)
def test_past_the_peak_the_founding_channel_narrows_and_its_shadow_does_not(
    store: Store, moment: str, last_f: int, branch: str, sd_f: float
) -> None:
    ladder(store)
    guidance(store, 74.0)
    reports(store, ("17:51", 72), ("18:51", last_f))
    found = channels(store, moment)
    metar = found.filter(source_id="metar").row(0, named=True)
    assert (metar["branch"], metar["sd_f"]) == (branch, sd_f)
    assert found.filter(source_id="metar_running_only")["sd_f"].to_list() == [2.0]


def test_without_a_forecast_the_founding_channel_starts_cold(store: Store) -> None:
    ladder(store)
    reports(store, ("13:51", 38))
    metar = channels(store, "14:00").filter(source_id="metar").row(0, named=True)
    assert (metar["branch"], metar["mean_f"], metar["sd_f"]) == ("cold_start", 38.0, 10.0)


def test_a_station_that_fell_silent_no_longer_speaks_for_the_running_high(store: Store) -> None:
    ladder(store)
    reports(store, ("13:51", 38))
    shadow = channels(store, "16:52").filter(source_id="metar_running_only")
    expect(shadow, "is_included | exclusion\nfalse | no report for too long")


def test_guidance_without_an_sd_grows_less_certain_with_its_lead(store: Store) -> None:
    ladder(store)
    guidance(store, 74.0, issued_at="-1d 11:00")
    expect(
        channels(store, "12:00"),
        "lead_hours | sd_f | is_included\n42 | 4 | true",
    )


def test_guidance_older_than_every_step_is_left_out_and_says_so(store: Store) -> None:
    ladder(store)
    guidance(store, 74.0, issued_at="2026-05-30T00:00")
    found = channels(store, "12:00").row(0, named=True)
    assert found["is_included"] is False
    assert found["exclusion"] == "no sd is known for so long a lead"


def test_only_the_newest_run_of_a_source_speaks(store: Store) -> None:
    ladder(store)
    guidance(store, 70.0, issued_at="-1d 12:00")
    guidance(store, 75.0, issued_at="00:00")
    guidance(store, 99.0, issued_at="13:00", received_at="13:00")
    assert channels(store, "12:00")["mean_f"].to_list() == [75.0]


def test_a_day_before_its_first_report_has_no_observing_channel(store: Store) -> None:
    ladder(store, "KXHIGHNY-26JUN11", climate_date="2026-06-11", close_at="+2d 05:00")
    guidance(store, 80.0, climate_date="2026-06-11")
    reports(store, ("17:51", 72))
    assert channels(store, "18:00")["source_id"].to_list() == ["open_meteo_ecmwf"]


@pytest.mark.parametrize(
    ("means", "sds", "mean_f", "sd_f"),
    [
        ((60.0, 80.0), (2.0, 2.0), 70.0, 10.183319694),  # they know less than either claims
        ((70.0, 70.0), (2.0, 2.0), 70.0, 1.923538406),  # agreement of kin adds little
        ((70.0,), (2.0,), 70.0, 2.0),
        ((70.0, 72.0), (1.0, 3.0), 70.2, 1.311106),
    ],
)
def test_sources_that_err_together_are_not_counted_as_independent(
    means: tuple[float, ...], sds: tuple[float, ...], mean_f: float, sd_f: float
) -> None:
    lines = ["source_id | mean_f | sd_f | is_included | branch"]
    lines += [
        f"s{i} | {m} | {s} | true | guidance"
        for i, (m, s) in enumerate(zip(means, sds, strict=True))
    ]
    found = combination(frame("forecast.channels", "\n".join(lines)), policy())
    assert found.select("mean_f", "sd_f").row(0) == pytest.approx((mean_f, sd_f), abs=1e-5)


def test_which_variant_is_live_is_one_line_of_policy(store: Store) -> None:
    rules = policy(override("forecast.live_variant", '"running_high"'))
    assert rules.forecast.live_variant == "running_high"
    ladder(store)
    guidance(store, 74.0)
    reports(store, ("13:51", 70))
    belief = pipeline.believe(store, rules, at("14:00"))
    assert sorted(belief.daily_extremes["variant"]) == ["live", "running_high"]
