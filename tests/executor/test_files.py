"""Books from files: init, land, rebuild, sql and audit, as a person types them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.executor.kwx import Kwx
from tests.shared import shared

FILL = {
    "fill_id": "f1", "trade_id": "f1", "order_id": "o1", "ticker": "KXHIGHNY-26JUN10-B72.5",
    "market_ticker": "KXHIGHNY-26JUN10-B72.5", "outcome_side": "yes", "book_side": "bid",
    "side": "yes", "action": "buy", "count_fp": "1.00", "yes_price_dollars": "0.2500",
    "no_price_dollars": "0.7500", "is_taker": True, "fee_cost": "0.013200",
    "created_time": "2026-06-10T12:00:00Z",
}  # fmt: skip


@pytest.fixture(scope="module")
def initialized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    assert Kwx(home)("init").code == 0
    return home


@pytest.fixture
def kwx(tmp_path: Path, initialized: Path) -> Kwx:
    shutil.copytree(initialized, tmp_path, dirs_exist_ok=True)
    return Kwx(tmp_path)


def fills(tmp_path: Path, *records: dict) -> str:
    path = tmp_path / "fills.json"
    path.write_text(json.dumps({"cursor": "", "fills": list(records)}))
    return str(path)


def test_init_lands_in_the_state_directory_with_the_reference_data(kwx: Kwx) -> None:
    assert kwx.database.exists()
    stations = kwx("sql", "select count(*) as n from ref.stations", "--format", "json")
    assert stations.rows() == [{"n": 24}]


def test_a_fill_goes_from_a_file_to_a_book(kwx: Kwx, tmp_path: Path) -> None:
    landed = kwx("land", "kalshi_fills", fills(tmp_path, FILL), "--format", "json")
    assert landed.rows() == [{"feed": "kalshi_fills", "bodies": 1, "landed": 1}]
    dry = kwx("rebuild")
    assert (dry.code, "nothing written" in dry.err) == (1, True)
    assert kwx("sql", "from parsed.fills", "--format", "json").rows() == []
    assert kwx("rebuild", "--write", "--reason", "first books").code == 0
    shown = kwx(
        "sql", "select strategy_id, evidence, cost_dollars from ledger.attribution "
        "join ledger.positions using (ticker)", "--format", "csv",
    )  # fmt: skip
    assert shown.out == "strategy_id,evidence,cost_dollars\nmanual,none,0.250000\n"
    assert kwx("rebuild").code == 0, "deriving again changes nothing"


def test_landing_the_same_file_twice_keeps_it_once(kwx: Kwx, tmp_path: Path) -> None:
    path = fills(tmp_path, FILL)
    counts = [kwx("land", "kalshi_fills", path, "--format", "json").rows()[0] for _ in range(2)]
    assert [count["landed"] for count in counts] == [1, 0]


def test_lines_of_json_are_bodies_of_their_own_and_stdin_is_a_file(kwx: Kwx) -> None:
    lines = b'{"cursor": "", "fills": []}\n{"cursor": "x", "fills": []}\n'
    landed = kwx(
        "land", "kalshi_fills", "-", "--received-at", "2026-06-10T12:00:00Z", "--format", "json",
        stdin=lines,
    )  # fmt: skip
    assert landed.rows()[0]["landed"] == 2
    last = kwx("sql", "select is_last_page from landed.requests order by 1", "--format", "json")
    assert [row["is_last_page"] for row in last.rows()] == [False, True]


def test_a_rebuild_that_writes_says_what_it_changed_and_why(kwx: Kwx, tmp_path: Path) -> None:
    kwx("land", "kalshi_fills", fills(tmp_path, FILL))
    kwx("rebuild", "--write", "--reason", "first books")
    kwx("correct", "f1", "--strategy", "cross_bracket", "--reason", "mine after all")
    told = kwx("sql", "select reason, stages from audit.rebuilds", "--format", "json").rows()
    assert told == [{"reason": "first books", "stages": "parsed ledger"}]
    changes = kwx("sql", "select count(*) as n from audit.changes", "--format", "json").rows()
    assert changes[0]["n"] > 0


def test_healthy_books_audit_in_silence(kwx: Kwx) -> None:
    done = kwx("audit")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_a_reject_needs_a_person(kwx: Kwx, tmp_path: Path) -> None:
    bad = {**FILL, "fill_id": "f2", "trade_id": "f2", "count_fp": "inf"}
    at = ["--received-at", "2026-06-10T12:00:00Z"]
    kwx("land", "kalshi_fills", fills(tmp_path, FILL, bad), *at)
    kwx("rebuild", "--write")
    found = kwx("audit", "--as-of", "2026-06-10T12:01:00Z", "--format", "json")
    assert found.code == 1
    assert "rejected_records" in {row["finding"] for row in found.rows()}


def test_verify_tells_a_touched_book_and_the_rebuild_that_mends_it(
    kwx: Kwx, tmp_path: Path
) -> None:
    kwx("land", "kalshi_fills", fills(tmp_path, FILL))
    early = kwx("verify", "--format", "json")
    assert early.code == 1, "the books are still to be made"
    assert {row["finding"] for row in early.rows()} == {"book_differs"}
    kwx("rebuild", "--write", "--reason", "first books")
    sound = kwx("verify")
    assert (sound.code, sound.out, sound.err) == (0, "", "facts and books are as they must be\n")
    touch(kwx.database, "update ledger.pnl set fee_dollars = fee_dollars + 0.01")
    [row] = kwx("verify", "--format", "json").rows()
    assert (row["finding"], row["table_name"]) == ("book_differs", "ledger.pnl")
    assert kwx("verify", "--no-books").code == 0
    assert kwx("rebuild", "--write", "--reason", "a touched book").code == 0
    assert kwx("verify").code == 0


def test_verify_seals_the_days_that_have_ended_and_tells_what_was_touched_since(
    kwx: Kwx, tmp_path: Path
) -> None:
    kwx("land", "kalshi_fills", fills(tmp_path, FILL))
    kwx("rebuild", "--write", "--reason", "first books")
    touch(kwx.database, "update ref.account set created_at = created_at - interval 1 day")
    assert kwx("verify").code == 0
    counts = {
        row["table_name"]: (row["row_count"], row["sealed_count"])
        for row in kwx("verify", "--hashes", "--format", "json").rows()
    }
    assert counts["landed.requests"] == (1, 1)
    assert counts["ledger.pnl"] == (1, None)
    touch(kwx.database, "update landed.requests set endpoint = '/other'")
    found = kwx("verify", "--no-books", "--format", "json")
    assert (found.code, [row["finding"] for row in found.rows()]) == (1, ["seal_broken"])


def touch(database: Path, statement: str) -> None:
    """Change the file behind the back of kwx."""
    import duckdb

    with duckdb.connect(str(database)) as con:
        con.execute(statement)


REFUSED = {
    "unknown feed": (["land", "kalshi_nothing", "{file}"], "there is no feed"),
    "missing file": (["land", "kalshi_fills", "nowhere.json"], "cannot be read"),
    "bad time": (["land", "kalshi_fills", "{file}", "--received-at", "noon"], "is no time"),
    "unknown stage": (["rebuild", "landed"], "cannot be rebuilt"),
    "bad format": (["sql", "select 1", "--format", "xml"], "none of table, json, csv"),
    "writing sql": (["sql", "drop table landed.bodies"], "only a SELECT"),
    "wrong sql": (["sql", "select * from nowhere"], "nowhere"),
    "unknown family": (["arm", "KXNOWHERE", "--for", "1h", "--reason", "x"], "there is no series"),
    "too long an arm": (["arm", "KXHIGHNY", "--for", "25h", "--reason", "x"], "24 hours at most"),
    "blocked by policy": (["arm", "kxhighden", "--for", "1h", "--reason", "x"], "policy blocks"),
    "unknown strategy": (
        ["block", "KXHIGHNY", "--strategy", "martingale", "--reason", "x"], "there is no strategy",
    ),
    "no such fill": (
        ["correct", "f9", "--strategy", "cross_bracket", "--reason", "x"], "there is no fill",
    ),
    "no such finding": (["acknowledge", "drift_alert", "f9", "--reason", "x"], "no finding"),
    "no decision": (["why", "KXHIGHNY-26JUN10-B72.5"], "no decision"),
    "no key": (["tick"], "no key"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(
    kwx: Kwx, tmp_path: Path, words: list[str], sentence: str
) -> None:
    file = fills(tmp_path, FILL)
    done = kwx(*(word.replace("{file}", file) for word in words))
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err
    assert done.err.count("\n") == 1
    assert "Traceback" not in done.err


def test_recorded_bodies_become_books(kwx: Kwx) -> None:
    folder = shared("payloads", "kalshi", "gen3_2026-06_fixed_point_demo")
    for feed, name in (
        ("kalshi_fills", "fills__after_taker"),
        ("kalshi_orders", "portfolio__orders_list"),
        ("kalshi_positions", "portfolio__positions"),
        ("kalshi_balance", "auth__balance_ok"),
    ):
        assert kwx("land", feed, str(folder / f"{name}.json")).code == 0
    assert kwx("rebuild", "--write").code == 0
    fees = kwx("sql", "select sum(fee_dollars) as fee from parsed.fills", "--format", "json")
    assert fees.rows() == [{"fee": "0.018900"}]
