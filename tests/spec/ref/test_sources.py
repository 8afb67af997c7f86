"""One source is one model run family, meaning one thing."""

from __future__ import annotations

from tests.spec.ref.rows import column, rows


def test_every_source_is_known_once_and_described():
    assert sorted(column("sources", "source_id")) == [
        "metar",
        "metar_running_only",
        "open_meteo_ecmwf",
        "running_extreme",
    ]
    assert all(all(row.values()) for row in rows("sources"))


def test_no_model_run_family_is_counted_twice():
    families = [row["run_family"] for row in rows("sources") if row["channel"] == "guidance"]
    assert len(set(families)) == len(families) >= 1
