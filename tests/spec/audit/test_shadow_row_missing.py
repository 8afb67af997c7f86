"""shadow_row_missing: the founding channel and its shadow come in pairs."""

from __future__ import annotations

import pytest

from kwx_core import pipeline
from kwx_core.store import Store
from tests.spec.drawn import at
from tests.spec.walk import guidance, ladder, policy, reports


def believed(store: Store) -> None:
    ladder(store)
    guidance(store, 74.0)
    reports(store, ("17:51", 72))
    pipeline.believe(store, policy(), at("18:00"))


def test_it_is_silent_while_both_rows_are_written(store: Store) -> None:
    believed(store)
    assert store.audit_rows("shadow_row_missing", at("18:00")) == []


def test_it_is_silent_on_a_day_without_reports(store: Store) -> None:
    ladder(store)
    guidance(store, 74.0)
    pipeline.believe(store, policy(), at("18:00"))
    assert store.audit_rows("shadow_row_missing", at("18:00")) == []


@pytest.mark.parametrize("source", ["metar", "metar_running_only"])
def test_it_fires_once_a_station_and_source_when_one_of_them_is_not(
    store: Store, source: str
) -> None:
    believed(store)
    store._con.execute(f"delete from forecast.channels where source_id = '{source}'")
    [found] = store.audit_rows("shadow_row_missing", at("18:00"))
    assert (found.subject, found.severity) == (f"KNYC.{source}", "warning")


def test_it_looks_back_for_one_day(store: Store) -> None:
    believed(store)
    store._con.execute("delete from forecast.channels where source_id = 'metar'")
    assert store.audit_rows("shadow_row_missing", at("+1d 18:01")) == []
