"""kwx run as people use it: health, every command with and without it, halt, SIGTERM."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.executor.kwx import Done, Kwx
from tests.shared import ROOT

START_SECONDS = 60.0


@dataclass(frozen=True)
class Running:
    kwx: Kwx
    process: subprocess.Popen[bytes]
    http: str


def key_files(folder: Path) -> tuple[Path, Path]:
    key = Ed25519PrivateKey.generate()
    private, public = folder / "private.pem", folder / "public.pem"
    private.touch(mode=0o600)
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    public.write_bytes(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return private, public


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def exchange(folder: Path, scopes: str = "read,write") -> Iterator[tuple[str, Path]]:
    """A paper exchange in a process of its own: its URL, and the key of its one account."""
    private, public = key_files(folder)
    process = subprocess.Popen(
        [sys.executable, "-m", "executor.paper", "--port", "0", "--key-file", str(public),
         "--key-id", "K", "--balance", "100", "--scopes", scopes],
        stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    yield process.stdout.readline().strip(), private
    process.terminate()
    process.communicate()


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    with exchange(tmp_path_factory.mktemp("paper")) as found:
        yield found


def made(home: Path, paper: tuple[str, Path], port: int) -> Kwx:
    url, private = paper
    kwx = Kwx(
        home, KWX_KALSHI_URL=url, KWX_WEATHER_URL=url, KWX_GUIDANCE_URL=url,
        KWX_KEY_ID="K", KWX_KEY_FILE=str(private), KWX_HTTP_PORT=str(port),
    )  # fmt: skip
    assert kwx("init").code == 0
    return kwx


def started(kwx: Kwx, port: int, *options: str) -> subprocess.Popen[bytes]:
    process = kwx.start("run", *options)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=1).json()["reasons"] != [
                "no tick yet"
            ]:
                return process
        except httpx.HTTPError:
            time.sleep(0.1)
        if process.poll() is not None:
            break
        time.sleep(0.1)
    process.kill()
    process.wait()
    raise AssertionError(kwx.log.read_text())


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, paper: tuple[str, Path]) -> Iterator[Running]:
    home, port = tmp_path_factory.mktemp("home"), free_port()
    kwx = made(home, paper, port)
    process = started(kwx, port)
    yield Running(kwx, process, f"http://127.0.0.1:{port}")
    process.terminate()
    assert process.wait(timeout=60) == 0


def test_the_service_is_alive_and_tells_its_numbers(running: Running) -> None:
    assert httpx.get(f"{running.http}/healthz").json()["status"] == "alive"
    metrics = httpx.get(f"{running.http}/metrics").text
    assert re.search(r"^kwx_ticks_total [1-9]", metrics, flags=re.MULTILINE)
    assert 'kwx_open_findings{severity="halt"}' in metrics


def test_the_pages_listen_on_loopback_only(running: Running) -> None:
    port = int(running.http.rsplit(":", 1)[1])
    table = Path("/proc/net/tcp").read_text(encoding="ascii")
    listening = [row.split()[1] for row in table.splitlines() if f":{port:04X} " in row]
    assert listening
    assert all(address.startswith("0100007F") for address in listening if "00000000" not in address)


def test_the_socket_and_the_database_belong_to_the_owner_alone(running: Running) -> None:
    assert running.kwx.database.with_suffix(".sock").stat().st_mode & 0o777 == 0o600


def test_a_second_service_is_refused_in_one_line(running: Running) -> None:
    done = running.kwx("tick")
    assert done.code == 2
    assert "is running already" in done.err
    assert done.err.count("\n") == 1


FILL = {
    "fill_id": "f1", "trade_id": "f1", "order_id": "o1", "ticker": "KXHIGHNY-26JUN10-B72.5",
    "market_ticker": "KXHIGHNY-26JUN10-B72.5", "outcome_side": "yes", "book_side": "bid",
    "side": "yes", "action": "buy", "count_fp": "1.00", "yes_price_dollars": "0.2500",
    "no_price_dollars": "0.7500", "is_taker": True, "fee_cost": "0.013200",
    "created_time": "2026-06-10T12:00:00Z",
}  # fmt: skip
BAD = {**FILL, "fill_id": "f2", "trade_id": "f2", "count_fp": "inf"}

IMPORTED = {
    "trade_id": "f3", "order_id": "o3", "client_order_id": None, "ticker": "KXHIGHNY-26MAY10-T80",
    "side": "yes", "action": "buy", "contracts": 1, "yes_price_cents": 30, "no_price_cents": 70,
    "is_taker": 1, "fee_cents": 2,
}  # fmt: skip

# Every command that can be given to a running service, with the exit code it must have.
COMMANDS = [
    (["sql", "select 1 as one"], 0),
    (["sql", "select feed, status_code from landed.requests where feed = 'kalshi_fills'"], 0),
    (["sql", "drop table landed.bodies"], 2),
    (["land", "kalshi_deposits", "{file}", "--received-at", "2026-06-10T12:00:00Z"], 0),
    (["land", "kalshi_nothing", "{file}"], 2),
    (["import", "predecessor", "{predecessor}"], 0),
    (["import", "predecessor", "{file}"], 2),
    (["rebuild", "parsed", "--until", "2026-06-11"], 0),
    (["rebuild", "parsed", "--until", "2026-06-11", "--write", "--reason", "a test"], 0),
    (["rebuild", "landed"], 2),
    (["arm", "KXHIGHNY", "--strategy", "cross_bracket", "--for", "1h", "--reason", "x"], 0),
    (["arm", "KXHIGHDEN", "--for", "1h", "--reason", "x"], 2),
    (["disarm", "KXHIGHNY", "--reason", "x"], 0),
    (["block", "kxhighchi", "--reason", "x"], 0),
    (["unblock", "KXHIGHCHI", "--reason", "x"], 0),
    (["correct", "f9", "--strategy", "cross_bracket", "--reason", "x"], 2),
    (["acknowledge", "drift_alert", "f9", "--reason", "x"], 2),
    (["positions"], 0),
    (["orders"], 0),
    (["why", "KXHIGHNY-26JUN10-B72.5"], 2),
    (["trace", "f9"], 2),
    (["status"], 0),
    (["verify"], 0),
    (["verify", "--no-books"], 0),
    (["halt", "--reason", "x"], 0),
    (["resume", "--reason", "x"], 0),
]


def masked(done: Done) -> tuple[int, str, str]:
    """What was said, times and identities apart."""
    moment = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00:00)?"
    return (done.code, re.sub(moment, "TIME", done.out), re.sub(moment, "TIME", done.err))


def test_every_command_says_the_same_with_and_without_the_service(
    tmp_path: Path, paper: tuple[str, Path]
) -> None:
    port = free_port()
    kwx = made(tmp_path, paper, port)
    file = tmp_path / "deposits.json"
    file.write_text(json.dumps({"deposits": []}))
    books = tmp_path / "predecessor.db"
    with closing(sqlite3.connect(books)) as con, con:
        con.execute(f"create table fills_ledger ({', '.join(IMPORTED)})")
        con.execute("insert into fills_ledger values (?" + 10 * ", ?" + ")", [*IMPORTED.values()])
    places = {"{file}": str(file), "{predecessor}": str(books)}
    commands = [[places.get(word, word) for word in words] for words, _ in COMMANDS]
    process = started(kwx, port)
    with_service = [kwx(*words, "--format", "json") for words in commands]
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    # The same commands on a copy of the same database as the service left it.
    without_home = tmp_path / "without"
    shutil.copytree(tmp_path / "state", without_home / "state")
    without = Kwx(without_home, **{k: v for k, v in kwx.environ.items() if k.startswith("KWX")})
    drop = "delete from decided.permissions; delete from audit.rebuilds"
    clear(without.database, drop)
    alone = [without(*words, "--format", "json") for words in commands]
    for (words, code), one, other in zip(COMMANDS, with_service, alone, strict=True):
        assert one.code == code, (words, one.err)
        if words[0] != "land" or code:
            assert masked(one) == masked(other), words


def clear(database: Path, statements: str) -> None:
    import duckdb

    con = duckdb.connect(str(database))
    con.execute(statements)
    con.close()


def test_audit_says_the_same_with_and_without_the_service(running: Running) -> None:
    done = running.kwx("audit", "--format", "json")
    assert done.code in {0, 1}
    assert done.out == "" or all("finding" in row for row in done.rows())


def test_hashes_of_books_are_told_with_and_without_the_service(running: Running) -> None:
    done = running.kwx("verify", "--hashes", "--format", "json")
    assert done.code == 0, done.err
    hashes = {row["table_name"]: row["sha256"] for row in done.rows()}
    assert len(hashes["ledger.cash"]) == 64


def test_halt_returns_within_a_second_and_stands_at_once(running: Running) -> None:
    began = time.monotonic()
    done = running.kwx("halt", "--reason", "a drill")
    took = time.monotonic() - began
    assert done.code == 0
    assert running.kwx.database.with_suffix(".halt").exists()
    assert "halted" in httpx.get(f"{running.http}/readyz").json()["reasons"]
    assert running.kwx("resume", "--reason", "the drill is over").code == 0
    assert not running.kwx.database.with_suffix(".halt").exists()
    assert took < 5, f"halt took {took:.1f} s"


def test_sigterm_finishes_and_leaves_a_database_that_opens(
    tmp_path: Path, paper: tuple[str, Path]
) -> None:
    port = free_port()
    kwx = made(tmp_path, paper, port)
    process = started(kwx, port)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    assert json.loads(kwx.log.read_text().splitlines()[-1])["event"] == "stopped"
    assert not kwx.database.with_suffix(".sock").exists()
    assert kwx("sql", "select count(*) as n from landed.requests", "--format", "json").code == 0


def test_a_reader_who_lets_go_is_waited_for_and_named(
    tmp_path: Path, paper: tuple[str, Path]
) -> None:
    kwx = made(tmp_path, paper, free_port())
    code = (
        "import sys,time;from pathlib import Path;from kwx_core.store import Store;"
        "s=Store.open(Path(sys.argv[1]));print('open',flush=True);time.sleep(3)"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", code, str(kwx.database)], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert reader.stdout is not None
    reader.stdout.readline()
    done = kwx("tick")
    reader.communicate()
    assert done.code == 0, done.err
    assert f"process {reader.pid}" in done.err


def test_a_long_rebuild_asks_for_a_halt_first(tmp_path: Path, paper: tuple[str, Path]) -> None:
    port = free_port()
    kwx = made(tmp_path, paper, port)
    big = tmp_path / "big.json"
    big.write_text(json.dumps({"cursor": "", "fills": [{"x": "y" * 1000}] * 11_000}))
    at = ["--received-at", "2026-06-10T12:00:00Z"]
    assert kwx("land", "kalshi_fills", str(big), *at).code == 0
    process = started(kwx, port)
    done = kwx("rebuild", "parsed", "--until", "2026-06-11")
    assert (done.code, "kwx halt first" in done.err) == (2, True)
    assert kwx("halt", "--reason", "a rebuild").code == 0
    assert kwx("rebuild", "parsed", "--until", "2026-06-11").code in {0, 1}
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0


def test_every_line_of_the_log_is_json_and_names_a_phase(
    tmp_path: Path, paper: tuple[str, Path]
) -> None:
    port = free_port()
    kwx = made(tmp_path, paper, port)
    done = kwx("tick")
    assert done.code == 0, done.err
    events = [json.loads(line)["event"] for line in done.err.splitlines()]
    phases = ["landed", "parsed", "recovered", "accounted", "believed", "asked", "decided"]
    assert [event for event in events if event in phases] == phases


def test_observing_needs_no_more_than_a_key_that_may_read(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "paper").mkdir()
    with exchange(tmp_path / "paper", "read") as paper:
        kwx = made(tmp_path, paper, port)
        process = started(kwx, port, "--observe")
        told = kwx(
            "sql", "select feed, max(status_code) as status from landed.requests "
            "where feed like 'kalshi%' and feed <> 'kalshi_markets' group by feed",
            "--format", "json",
        )  # fmt: skip
        proof = kwx("sql", "select unexplained_dollars from ledger.cash_proof", "--format", "json")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
        intents = kwx("sql", "from posted.intents", "--format", "json")
    feeds = {row["feed"]: row["status"] for row in told.rows()}
    assert {"kalshi_historical_fills", "kalshi_historical_orders", "kalshi_fills"} <= set(feeds)
    assert set(feeds.values()) == {200}
    assert {row["unexplained_dollars"] for row in proof.rows()} == {"0.000000"}
    assert intents.rows() == []
