"""Whoever edits facts or books behind our back is noticed."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from kwx_core.store import Store
from kwx_core.store.catalog import REBUILT_STAGES
from tests.properties.corruption import DRAWN, noticed, open_findings, read_numbers, told
from tests.properties.full_world import full_world

# A part of the drill; the whole of it is `python -m tests.properties.corruption`, which also has
# 50 clean days of the demo. Seeds are of edits: another one is another table, row and kind.
EDITS = 60
OPEN = """
select finding, subject, detail
from audit.findings
where resolved_at is null and acknowledged_at is null and severity <> 'info'
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime]:
    return full_world(tmp_path_factory.mktemp("corruption"), days=1, seed=1)


def test_an_untouched_world_is_sound_and_every_table_of_it_has_rows(
    played: tuple[Path, datetime],
) -> None:
    with Store.open(played[0]) as store:
        assert store.verify() == []
        assert store.frame(OPEN).is_empty()
        assert store.frame("select max(seal_seq) from audit.seals").item() == 2
        empty = [name for name in DRAWN if store.frame(f"select 1 from {name} limit 1").is_empty()]
    assert empty == []


def test_books_that_were_dropped_entirely_are_rebuilt_with_the_same_hashes_and_numbers(
    played: tuple[Path, datetime], tmp_path: Path
) -> None:
    database, as_of = played
    copy = Path(shutil.copy(database, tmp_path))
    with Store.open(copy) as store:
        sound, numbers, findings = store.digests(), read_numbers(store), open_findings(store)
        for stage in REBUILT_STAGES:
            store._con.execute(f"drop schema {stage} cascade")
    with Store.open(copy) as store:
        store.rebuild(REBUILT_STAGES, write=True)
        assert store.digests() == sound
        assert read_numbers(store) == numbers
        assert store.verify() == []
        store.audit(as_of, "drill")
        assert open_findings(store) == findings


@pytest.mark.long
def test_edits_that_change_a_number_that_people_read_give_a_finding(
    played: tuple[Path, datetime],
) -> None:
    drill = told([noticed(*played, seed, is_counted=False) for seed in range(EDITS)])
    assert drill["counting"] >= EDITS / 4, drill
    assert drill["found"] >= 0.95 * drill["counting"], drill["silent"]
