"""Every bad condition is one clear line, a reject, or a finding, with the documented exit code.

What single fields and bodies do to a parser is told in tests/spec/parsed/test_bad_bodies.py; here
the whole command meets each condition as a person would.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.executor.kwx import Done, Kwx
from tests.executor.test_service import key_files
from tests.shared import ROOT

AT = "2026-06-10T12:00:00Z"
FILL = {
    "fill_id": "f1", "trade_id": "f1", "order_id": "o1", "ticker": "KXHIGHNY-26JUN10-B72.5",
    "market_ticker": "KXHIGHNY-26JUN10-B72.5", "outcome_side": "yes", "book_side": "bid",
    "side": "yes", "action": "buy", "count_fp": "1.00", "yes_price_dollars": "0.2500",
    "no_price_dollars": "0.7500", "is_taker": True, "fee_cost": "0.013200",
    "created_time": "2026-06-10T12:00:00Z", "exchange_index": 0, "subaccount_number": 0,
    "ts": 1781092800,
}  # fmt: skip


def page(*fills: object) -> bytes:
    return json.dumps({"cursor": "", "fills": list(fills)}).encode()


def spoiled(field: str, value: object) -> bytes:
    return page({**FILL, "fill_id": "f0", "trade_id": "f0", field: value}, FILL)


# What lands as the answer of a feed; the good record beside the bad one must land whole.
BODIES = {
    "truncated": (page(FILL)[:-40], 0),
    "empty": (b"", 0),
    "not JSON": (b"fills: none", 0),
    "HTML": (b"<html><body>502 Bad Gateway</body></html>", 0),
    "not UTF-8": (b"\xff\xfe\xfa", 0),
    "ten megabytes": (b'{"fills": "' + b"x" * 10_000_000 + b'"}', 0),
    "wrong type": (spoiled("count_fp", ["1.00"]), 1),
    "missing": (page({k: v for k, v in FILL.items() if k != "yes_price_dollars"}, FILL), 1),
    "null": (spoiled("count_fp", None), 1),
    "infinite": (spoiled("count_fp", "inf"), 1),
    "negative": (spoiled("count_fp", "-1.00"), 1),
    "absurd": (spoiled("yes_price_dollars", "7000000.0000"), 1),
    "finer than the scale": (spoiled("yes_price_dollars", "0.12345678"), 1),
    "no time": (spoiled("created_time", "garbage"), 1),
}


@pytest.fixture(scope="module")
def initialized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    assert Kwx(home)("init").code == 0
    return home


@pytest.fixture
def kwx(tmp_path: Path, initialized: Path) -> Kwx:
    shutil.copytree(initialized, tmp_path, dirs_exist_ok=True)
    return Kwx(tmp_path)


@pytest.mark.parametrize(("body", "kept"), BODIES.values(), ids=BODIES)
def test_a_bad_answer_is_a_reject_and_a_finding_and_nothing_else_is_lost(
    kwx: Kwx, tmp_path: Path, body: bytes, kept: int
) -> None:
    path = tmp_path / "answer"
    path.write_bytes(body)
    assert kwx("land", "kalshi_fills", str(path), "--received-at", AT).code == 0
    assert kwx("rebuild", "--write").code == 0
    count = "select count(*) as n from parsed.fills"
    assert kwx("sql", count, "--format", "json").rows() == [{"n": kept}]
    found = kwx("audit", "--as-of", "2026-06-10T12:01:00Z", "--format", "json")
    assert found.code == 1
    assert "rejected_records" in {row["finding"] for row in found.rows()}
    assert "Traceback" not in found.err


def bad_key(kwx: Kwx) -> Done:
    key = kwx.home / "key.pem"
    key.touch(mode=0o600)
    key.write_text("-----BEGIN NOTHING-----")
    return Kwx(kwx.home, KWX_KEY_ID="K", KWX_KEY_FILE=str(key))("tick")


def world_readable_key(kwx: Kwx) -> Done:
    private, _ = key_files(kwx.home)
    private.chmod(0o644)
    return Kwx(kwx.home, KWX_KEY_ID="K", KWX_KEY_FILE=str(private))("tick")


def no_key(kwx: Kwx) -> Done:
    return Kwx(kwx.home, KWX_KEY_ID="K", KWX_KEY_FILE=str(kwx.home / "none.pem"))("tick")


def unknown_feed(kwx: Kwx) -> Done:
    return kwx("land", "kalshi_nothing", "-", stdin=b"{}")


def corrupt(kwx: Kwx) -> Done:
    kwx.database.write_bytes(b"\x00" * 50_000)
    return kwx("status")


def locked(kwx: Kwx) -> Done:
    code = (
        "import sys,time;from pathlib import Path;from kwx_core.store import Store;"
        "s=Store.open(Path(sys.argv[1]));print('open',flush=True);time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(kwx.database)], stdout=subprocess.PIPE, cwd=ROOT
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        return kwx("status")
    finally:
        holder.kill()
        holder.communicate()


def another_account(kwx: Kwx) -> Done:
    return Kwx(kwx.home, KWX_ACCOUNT="somebody else")("status")


def another_environment(kwx: Kwx) -> Done:
    return Kwx(kwx.home, KWX_ENVIRONMENT="live")("status")


def missing_database(kwx: Kwx) -> Done:
    kwx.database.unlink()
    return kwx("status")


def bad_policy(kwx: Kwx) -> Done:
    (kwx.database.parent / "policy.local.toml").write_text("[entry.conviction_probability]\nx=1\n")
    return kwx("status")


def unreadable_policy(kwx: Kwx) -> Done:
    (kwx.database.parent / "policy.local.toml").write_bytes(b"\xff\xfe")
    return kwx("status")


def bad_port(kwx: Kwx) -> Done:
    return Kwx(kwx.home, KWX_HTTP_PORT="eighty")("status")


def full_disk(kwx: Kwx) -> Done:
    room = kwx.database.stat().st_size + 100_000
    path = kwx.home / "big"
    path.write_bytes(os.urandom(3_000_000))
    done = subprocess.run(
        [sys.executable, "-m", "executor", "land", "kalshi_fills", str(path)],
        env=kwx.environ, cwd=kwx.home, capture_output=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )  # fmt: skip
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


CONDITIONS: dict[str, tuple[Callable[[Kwx], Done], str]] = {
    "a key file that is no key": (bad_key, "key"),
    "a key file that others can read": (world_readable_key, "chmod 600"),
    "a key file that is not there": (no_key, "none.pem"),
    "an unknown feed": (unknown_feed, "there is no feed"),
    "a corrupt database": (corrupt, "cannot be read as a database"),
    "a locked database": (locked, "is in use (process"),
    "a database of another account": (another_account, "belongs to paper account default"),
    "a database of another environment": (another_environment, "belongs to paper account"),
    "no database": (missing_database, "run kwx init"),
    "a policy with an unknown entry": (bad_policy, "conviction_probability"),
    "a policy that is no text": (unreadable_policy, "policy cannot be read"),
    "a port that is no number": (bad_port, "not a port"),
    "a full disk": (full_disk, "no room"),
}


@pytest.mark.parametrize(("condition", "sentence"), CONDITIONS.values(), ids=CONDITIONS)
def test_a_bad_condition_is_one_line_and_exit_code_2(
    kwx: Kwx, condition: Callable[[Kwx], Done], sentence: str
) -> None:
    done = condition(kwx)
    assert done.code == 2, done.err
    assert sentence in done.err
    assert done.err.count("\n") == 1
    assert done.out == ""
    assert "Traceback" not in done.err
    assert "PRIVATE" not in done.err


@pytest.fixture
def late_paper(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """An exchange whose clock is years behind ours: every signature looks stale."""
    folder = tmp_path / "paper"
    folder.mkdir()
    private, public = key_files(folder)
    process = subprocess.Popen(
        [sys.executable, "-m", "executor.paper", "--port", "0", "--key-file", str(public),
         "--key-id", "K", "--balance", "100", "--clock", "2026-06-10T12:00:00+00:00"],
        stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    yield process.stdout.readline().strip(), private
    process.terminate()
    process.communicate()


def ticked(kwx: Kwx, url: str, key: Path) -> list[dict]:
    there = Kwx(
        kwx.home, KWX_KALSHI_URL=url, KWX_WEATHER_URL=url, KWX_GUIDANCE_URL=url,
        KWX_KEY_ID="K", KWX_KEY_FILE=str(key),
    )  # fmt: skip
    done = there("tick")
    assert done.code == 0, done.err
    assert "Traceback" not in done.err
    assert there("sql", "select * from posted.intents", "--format", "json").rows() == []
    found = there("audit", "--format", "json")
    assert found.code == 1
    return found.rows()


def test_a_wrong_clock_is_a_finding_and_nothing_is_posted(
    kwx: Kwx, late_paper: tuple[str, Path]
) -> None:
    rows = ticked(kwx, *late_paper)
    silent = [row for row in rows if row["finding"] == "feed_silent"]
    assert any("header_timestamp_expired" in row["detail"] for row in silent)


def test_an_unreachable_host_is_a_finding_and_nothing_is_posted(kwx: Kwx) -> None:
    private, _ = key_files(kwx.home)
    rows = ticked(kwx, "http://127.0.0.1:9", private)
    silent = {row["subject"] for row in rows if row["finding"] == "feed_silent"}
    assert {"kalshi_positions", "kalshi_fills", "metar"} <= silent
