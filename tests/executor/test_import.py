"""kwx import predecessor: a SQLite file becomes facts, and a rebuild repairs what it said."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from executor import predecessor
from kwx_core.store import Store
from tests.executor.kwx import Kwx
from tests.shared import shared
from tests.spec.parsed.predecessor import (
    DECISION,
    FILL,
    ORDER,
    SETTLEMENT,
    SNAPSHOT,
    T,
    written,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ENTRY = {**FILL, "fill_ts_unix": DECISION["ts_decision_unix"] + 30.0}
HEDGE = {
    **FILL, "trade_id": "f2", "order_id": "o2", "side": "yes", "yes_price_cents": 12,
    "no_price_cents": 88, "fee_cents": 1, "fill_ts_unix": ENTRY["fill_ts_unix"] + 3600.0,
}  # fmt: skip
PERSON = {**HEDGE, "trade_id": "f3", "order_id": "o3", "yes_price_cents": 16, "no_price_cents": 84}


@pytest.fixture(scope="module")
def initialized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    assert Kwx(home)("init").code == 0
    return home


@pytest.fixture
def kwx(tmp_path: Path, initialized: Path) -> Kwx:
    shutil.copytree(initialized, tmp_path, dirs_exist_ok=True)
    return Kwx(tmp_path)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """One entry that a decision explains, its hedge, a person's fill, a wrong settlement."""
    return written(
        tmp_path / "predecessor.db",
        fills_ledger=[ENTRY, HEDGE, PERSON],
        posted_orders=[{**ORDER, "order_id": "o9"}],
        alpha_backtest=[{**DECISION, "settlement_result": "no", "ts_settle_unix": 1778677200.0}],
        settlements=[SETTLEMENT, {**SETTLEMENT, "ticker": "KXHIGHNY-26MAY11-B60.5"}],
        kalshi_market_snapshots=[{**SNAPSHOT, "result": ""}],
    )


def counted(kwx: Kwx, file: Path, code: int = 0) -> dict[str, tuple]:
    done = kwx("import", "predecessor", str(file), "--format", "json")
    assert done.code == code, done.err
    columns = ("rows", "landed", "read", "refused", "agrees")
    return {row["table"]: tuple(row[column] for column in columns) for row in done.rows()}


def asked(kwx: Kwx, query: str) -> list[tuple]:
    return [tuple(row.values()) for row in kwx("sql", query, "--format", "json").rows()]


WHOSE = "select fill_id, strategy_id, evidence, is_inferred from ledger.attribution order by 1"


def test_rows_are_counted_in_and_out_and_become_books(kwx: Kwx, small: Path) -> None:
    assert counted(kwx, small) == {
        "fills_ledger": (3, 3, 3, 0, True),
        "posted_orders": (1, 1, 1, 0, True),
        "alpha_backtest": (1, 1, 1, 0, True),
        "settlements": (2, 2, 2, 0, True),
        "kalshi_market_snapshots": (1, 1, None, 0, True),
    }
    environments = asked(kwx, "select distinct environment from landed.requests")
    assert environments == [("import",)]
    assert kwx("rebuild", "--write", "--reason", "the predecessor's books").code == 0
    assert asked(kwx, WHOSE) == [
        ("f1", "cross_bracket", "decision", True),
        ("f2", "cross_bracket_exit", "hedge_pattern", True),
        ("f3", "manual", "none", False),
    ]


def test_a_dry_run_prints_each_repair_and_writes_nothing_and_a_second_run_has_none(
    kwx: Kwx, small: Path
) -> None:
    counted(kwx, small)
    repairs = [
        ("ledger.attribution", "f1", "strategy_id", "manual", "cross_bracket"),
        ("ledger.attribution", "f2", "strategy_id", "manual", "cross_bracket_exit"),
        # 2 NO at .72 and 2 YES each at .12 and .16 with fees of .03, .01 and .01, result no.
        ("ledger.settlements", T, "profit_dollars", "-1.470000", "-0.050000"),
    ]
    for _ in range(2):
        dry = kwx("rebuild", "ledger", "--format", "json")
        assert dry.code == 1
        assert [tuple(row.values()) for row in dry.rows()] == repairs
        assert "nothing written" in dry.err
    assert asked(kwx, "select count(*) from ledger.attribution") == [(0,)]
    assert kwx("rebuild", "ledger", "--write", "--reason", "repair").code == 0
    told = "select table_name, row_key, column_name, old_value, new_value from audit.changes "
    assert asked(kwx, f"{told} where old_value is not null order by all") == repairs
    again = kwx("rebuild")
    assert (again.code, again.out) == (0, "")
    assert "0 rows change" in again.err


def test_what_was_reported_is_told_though_a_tick_has_derived_the_books_before(
    kwx: Kwx, small: Path
) -> None:
    counted(kwx, small)
    with Store.open(kwx.database) as store:
        store.derive_all()
    dry = kwx("rebuild", "ledger", "--format", "json")
    assert [row["old_value"] for row in dry.rows()] == ["manual", "manual", "-1.470000"]
    outside = kwx("rebuild", "ledger", "--since", "2026-06-01", "--format", "json")
    assert outside.rows() == []


def test_importing_again_adds_nothing_and_a_grown_file_adds_its_new_rows(
    kwx: Kwx, small: Path
) -> None:
    first = counted(kwx, small)
    polls = asked(kwx, "select count(*) from landed.requests")
    assert counted(kwx, small) == first
    assert asked(kwx, "select count(*) from landed.requests") == polls
    written(small, fills_ledger=[{**PERSON, "trade_id": "f4"}])
    assert counted(kwx, small)["fills_ledger"] == (4, 4, 4, 0, True)
    assert asked(kwx, "select count(*) from parsed.fills") == [(4,)]


def test_an_import_that_was_cut_off_goes_on_where_it_stopped(kwx: Kwx, tmp_path: Path) -> None:
    many = [{**PERSON, "trade_id": f"f{n}"} for n in range(2 * predecessor.PAGE_ROWS + 1)]
    file = written(tmp_path / "many.db", fills_ledger=many)
    with Store.open(kwx.database) as store, predecessor.opened(file) as con:
        first = next(predecessor.pages(con, predecessor.SOURCES[0], NOW))
        assert store.land([first], predecessor.ENVIRONMENT) == 1
    assert counted(kwx, file)["fills_ledger"] == (1001, 1001, 1001, 0, True)
    pages = "select page, is_last_page from landed.requests order by landed_seq"
    assert asked(kwx, pages) == [(0, False), (1, False), (2, True)]


def test_a_row_that_cannot_be_read_is_counted_and_named(kwx: Kwx, tmp_path: Path) -> None:
    bad = {**FILL, "trade_id": "f8", "contracts": float("inf")}
    file = written(tmp_path / "bad.db", fills_ledger=[FILL, bad])
    assert counted(kwx, file)["fills_ledger"] == (2, 2, 1, 1, True)
    assert asked(kwx, "select reason from parsed.rejects") == [("contracts is inf",)]


def test_counts_that_do_not_agree_need_a_person(kwx: Kwx, small: Path) -> None:
    counted(kwx, small)
    with Store.open(kwx.database) as store:
        store._con.execute("delete from parsed.fills where fill_id = 'f3'")
    assert counted(kwx, small, code=1)["fills_ledger"] == (3, 3, 2, 0, False)


def test_a_file_kept_with_a_write_ahead_log_in_a_read_only_folder_is_read(
    kwx: Kwx, tmp_path: Path
) -> None:
    folder = tmp_path / "sealed"
    folder.mkdir()
    file = written(folder / "wal.db", fills_ledger=[FILL])
    with closing(sqlite3.connect(file)) as con:
        con.execute("pragma journal_mode = wal")
    before = file.read_bytes()
    folder.chmod(0o500)
    try:
        assert counted(kwx, file)["fills_ledger"] == (1, 1, 1, 0, True)
    finally:
        folder.chmod(0o700)
    assert file.read_bytes() == before
    assert [one.name for one in folder.iterdir()] == ["wal.db"], "nothing is left beside it"


def test_a_table_that_is_missing_is_no_reason_to_refuse_the_others(
    kwx: Kwx, tmp_path: Path
) -> None:
    file = tmp_path / "half.db"
    with closing(sqlite3.connect(file)) as con, con:
        con.execute(f"create table fills_ledger ({', '.join(FILL)})")
    assert counted(kwx, file) == {"fills_ledger": (0, 0, 0, 0, True)}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "is no file"), (b"nothing of the kind", "cannot be read as SQLite"), (b"", "has none")],
)
def test_another_file_is_refused_in_one_line(
    kwx: Kwx, tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    file = tmp_path / "other.db"
    if content is not None:
        file.write_bytes(content)
    done = kwx("import", "predecessor", str(file))
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert sentence in done.err


def test_a_person_corrects_what_was_inferred(kwx: Kwx, small: Path) -> None:
    counted(kwx, small)
    kwx("rebuild", "--write")
    assert "drift_alert" in kwx("audit", "--format", "json").out
    done = kwx("correct", "f1", "--strategy", "directional", "--reason", "his own trade")
    assert done.code == 0, done.err
    assert asked(kwx, WHOSE) == [
        ("f1", "directional", "correction", False),
        ("f2", "manual", "none", False),
        ("f3", "manual", "none", False),
    ]
    assert asked(kwx, "select strategy_id, reason from posted.corrections") == [
        ("directional", "his own trade")
    ]
    rebuilt = kwx("rebuild", "ledger", "--format", "json").rows()
    assert {row["row_key"] for row in rebuilt} <= {"f1"}, "only the predecessor's tag differs"
    kwx("audit")
    resolved = "select resolved_at is not null from audit.findings where finding = 'drift_alert'"
    assert asked(kwx, resolved) == [(True,)]


def test_inference_is_switched_off_by_policy_and_the_rebuild_says_so(kwx: Kwx, small: Path) -> None:
    counted(kwx, small)
    kwx("rebuild", "--write")
    kwx.database.with_name("policy.local.toml").write_text(
        '[ledger.inferred_evidence]\nvalue = []\nreason = "identity only"\ndate = 2026-06-01\n'
    )
    dry = kwx("rebuild", "ledger", "--format", "json")
    changed = {(row["row_key"], row["old_value"], row["new_value"]) for row in dry.rows()}
    assert {("f1", "decision", "none"), ("f2", "hedge_pattern", "none")} <= changed
    kwx("rebuild", "ledger", "--write", "--reason", "identity only")
    assert {evidence for _, _, evidence, _ in asked(kwx, WHOSE)} == {"none"}
    barred = "select evidence, is_admitted from decided.admissions order by 1"
    assert asked(kwx, barred) == [("decision", False), ("hedge_pattern", False)]
    assert kwx("rebuild").code == 0


# The founding repairs, on the predecessor's own file.

TOTALS = """
select strategy_id, evidence, count(*) as fills
from ledger.attribution as attribution
inner join parsed.predecessor_books as books on books.row_key = attribution.fill_id
where books.reported_value = 'manual' and attribution.ticker like 'KXHIGH%'
group by all
"""
FOUNDING = {
    ("cross_bracket", "order_id"): 17,
    ("cross_bracket", "decision"): 9,
    ("cross_bracket_exit", "hedge_pattern"): 5,
    ("manual", "none"): 3,
}


def test_the_founding_repairs_are_a_rebuild(kwx: Kwx) -> None:
    file = shared("data", "founding", "predecessor.db")
    counts = counted(kwx, file)
    assert counts["fills_ledger"] == (65, 65, 65, 0, True)
    assert counts["settlements"] == (52, 52, 52, 0, True)
    dry = kwx("rebuild", "ledger", "--format", "json").rows()
    money = [row for row in dry if row["table_name"] == "ledger.settlements"]
    moved = [Decimal(row["new_value"]) - Decimal(row["old_value"]) for row in money]
    assert (len(money), sum(moved), set(moved)) == (14, Decimal(14), {Decimal(1)})
    whose = [row for row in dry if row["table_name"] == "ledger.attribution"]
    assert Counter((row["old_value"], row["new_value"]) for row in whose) == {
        ("manual", "cross_bracket"): 26,
        ("manual", "cross_bracket_exit"): 5,
    }
    assert len(dry) == 45
    assert asked(kwx, "select count(*) from ledger.attribution") == [(0,)]
    assert kwx("rebuild", "--write", "--reason", "the founding repairs").code == 0
    assert {row[:2]: row[2] for row in asked(kwx, TOTALS)} == FOUNDING
    pending = "select count(*) from ledger.settlements where state = 'pending'"
    assert asked(kwx, f"{pending} and ticker like 'KXHIGH%'") == [(2,)]
    for stages in ([], ["ledger"]):
        again = kwx("rebuild", *stages)
        assert (again.code, again.out) == (0, "")
    kept = "select count(*) from audit.changes where old_value is not null"
    assert asked(kwx, kept) == [(45,)]


STEPS = {
    "a fill a second too late comes a step nearer": (
        (
            "update fills_ledger set fill_ts_unix = fill_ts_unix - 1.1 "
            "where trade_id = '3b203f9e-98d5-4b11-80f6-8d14bc9b7ac0'"
        ),
        {("cross_bracket", "decision"): 10, ("manual", "none"): 2},
    ),
    "a hedge at fifteen cents costs one more": (
        (
            "update fills_ledger set yes_price_cents = 16, no_price_cents = 84 "
            "where source = 'manual' and yes_price_cents = 15"
        ),
        {("cross_bracket_exit", "hedge_pattern"): 4, ("manual", "none"): 4},
    ),
    "a decision of two contracts has one": (
        "update alpha_backtest set contracts = 1 where id = 36",
        {("cross_bracket", "decision"): 8, ("manual", "none"): 4},
    ),
    "every hedge waits twelve hours longer": (
        (
            "update fills_ledger set fill_ts_unix = fill_ts_unix + 43200 "
            "where source = 'manual' and side = 'yes' and yes_price_cents <= 15"
        ),
        {("cross_bracket_exit", "hedge_pattern"): 0, ("manual", "none"): 8},
    ),
    "the rows stand in another order, which is no step at all": (
        "".join(
            f"create temp table turned as select * from {table} order by rowid desc; "
            f"delete from {table}; insert into {table} select * from turned; drop table turned; "
            for table in ("fills_ledger", "posted_orders", "alpha_backtest", "settlements")
        ),
        {},
    ),
    "a shadow decision was posted": (
        (
            "update alpha_backtest set decision_type = 'cross_bracket_live', "
            "decision_outcome = 'posted' where decision_outcome = 'shadow_only'"
        ),
        {("cross_bracket", "decision"): 10, ("manual", "none"): 2},
    ),
}


@pytest.mark.parametrize(("step", "moved"), STEPS.values(), ids=STEPS)
def test_moving_a_boundary_one_step_changes_the_totals(
    store: Store, tmp_path: Path, step: str, moved: dict
) -> None:
    file = tmp_path / "moved.db"
    file.write_bytes(shared("data", "founding", "predecessor.db").read_bytes())
    with closing(sqlite3.connect(file)) as con, con:
        con.executescript(step)
    with predecessor.opened(file) as con:
        for source in predecessor.SOURCES:
            store.land(list(predecessor.pages(con, source, NOW)), predecessor.ENVIRONMENT)
    store.parse()
    store.derive_all()
    found = {(strategy, evidence): n for strategy, evidence, n in store.frame(TOTALS).iter_rows()}
    assert found == {whose: n for whose, n in (FOUNDING | moved).items() if n}
