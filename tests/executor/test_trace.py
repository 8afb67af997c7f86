"""kwx trace: one page a fill, from what the exchange said to what it paid."""

from __future__ import annotations

import json

import pytest

from tests.executor.kwx import Kwx
from tests.executor.test_service import FILL


@pytest.fixture(scope="module")
def traded(tmp_path_factory: pytest.TempPathFactory) -> Kwx:
    kwx = Kwx(tmp_path_factory.mktemp("home"))
    assert kwx("init").code == 0
    fills = kwx.home / "fills.json"
    fills.write_text(json.dumps({"cursor": "", "fills": [FILL]}))
    assert kwx("land", "kalshi_fills", str(fills)).code == 0
    assert kwx("rebuild", "--write", "--reason", "first books").code == 0
    return kwx


def test_a_program_gets_one_nested_document(traded: Kwx) -> None:
    done = traded("trace", "f1", "--format", "json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert list(told)[:6] == ["fill", "attribution", "correction", "order", "intent", "outcome"]
    assert told["fill"]["price_dollars"] == "0.25"
    assert told["attribution"]["evidence"] == "none"
    assert (told["order"], told["intent"], told["decision"], told["gate"]) == (None,) * 4
    assert (told["outcome"], told["observation"]) == ([], [])
    assert told["settlement"]["state"] == "pending"


def test_a_person_gets_a_panel_a_step_and_what_was_looked_for_and_not_found(traded: Kwx) -> None:
    done = traded("trace", "f1")
    assert done.code == 0
    titles = ["fill", "attribution", "settlement"]
    assert [title for title in titles if f"╭─ {title} " in done.out] == titles
    for step in ("order", "intent", "outcome", "decision", "gate", "forecast", "observation"):
        assert f"  {step}: not found\n" in done.out
    assert "evidence" in done.out


def test_csv_stays_one_row_a_field(traded: Kwx) -> None:
    done = traded("trace", "f1", "--format", "csv")
    assert done.out.splitlines()[0] == "step,part,field,value"


def test_an_unknown_fill_is_one_clear_line(traded: Kwx) -> None:
    done = traded("trace", "f9")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "'f9'" in done.err
