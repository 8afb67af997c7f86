"""Whoever edits facts or books behind our back is noticed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from kwx_core.store import Store
from tests.properties.corruption import DRAWN, noticed, told
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


@pytest.mark.long
def test_edits_that_change_a_number_that_people_read_give_a_finding(
    played: tuple[Path, datetime],
) -> None:
    drill = told([noticed(*played, seed) for seed in range(EDITS)])
    assert drill["counting"] >= EDITS / 4, drill
    assert drill["found"] >= 0.95 * drill["counting"], drill["silent"]
