"""SIGKILL at every commit and every order: no fill is lost, no decision is ordered twice."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from signal import SIGKILL

import httpx
import pytest
from cryptography.hazmat.primitives import serialization

from kwx_core.store import Store
from tests.executor.kill_points import places
from tests.executor.paper.customers import ed_key, pem
from tests.shared import ROOT

START = "2026-10-05T12:00:00+00:00"
EVENT = "KXHIGHNY-26OCT05"
FILLED, RESTING = f"{EVENT}-B65.5", f"{EVENT}-B67.5"
KILLS_AT_LEAST = 200
FILLS_AT_LEAST = 30  # of each account; fewer would prove little
TICK = timedelta(seconds=61)

# A crowd sells YES at 0.60 and NO at 0.60 of one market; nobody wants the other.
TAKES_YES = f"{FILLED} | yes | 0.60 | 1"
TAKES_NO = f"{FILLED} | no | 0.60 | 0.50"
RESTS = f"{RESTING} | yes | 0.05 | 2"

WISHES = [TAKES_YES, RESTS, TAKES_NO]


def tick(*faults, wishes=()):
    """One tick with these faults of the exchange, and decisions to post these wishes."""
    levers = [("clear_faults", {})]
    levers += [("field_fault" if "feed" in fault else "answer_fault", fault) for fault in faults]
    return {"levers": levers, "wishes": wishes}


# What becomes of an answer, tick by tick; each is killed at every point there is.
ANSWERED = [tick(wishes=WISHES)]
LOST = [tick({"endpoint": "create", "action": "lose"}, wishes=WISHES)]
DOUBLED = [tick({"endpoint": "create", "action": "double"}, wishes=WISHES)]
SPOILED = [tick({"endpoint": "create", "action": "gateway"}, wishes=WISHES)]
UNLISTED = [
    tick(
        {"endpoint": "create", "action": "lose", "nth": [1, 2]},
        {"endpoint": "orders", "action": "gateway"},
        wishes=WISHES,
    )
]
# The second order's answer is lost while the order list hides it: it counts as never landed,
# until the list shows it and it is cancelled.
HIDDEN = {"feed": "orders", "field": "/orders", "mutation": "set", "value": []}
LOST_SECOND = {"endpoint": "create", "action": "lose", "nth": [2]}
STRAYING = [tick(LOST_SECOND, HIDDEN, wishes=WISHES), tick(HIDDEN, wishes=[TAKES_YES])]
STRAY = [*STRAYING, tick()]
LATE = [*STRAYING, tick({"endpoint": "cancel", "action": "lose"})]
# Every point, or those of later ticks that a first one does not have.
ALL = ("",)
LATER = ("recover commit", "intend commit", "_cancel", "wire.py")
LAST = ("recover commit", "_cancel")
COMMANDS = [
    {"mode": "derive"},
    {"mode": "declare"},
    {"mode": "seal"},
    {"mode": "command", "name": "halt", "arguments": {"family": "*", "reason": "killed"}},
    {"mode": "command", "name": "resume", "arguments": {"family": "*", "reason": "killed"}},
    {
        "mode": "command",
        "name": "rebuild",
        "arguments": {"stages": ["parsed", "ledger"], "write": True, "reason": "killed"},
    },
]


def market(ticker):
    return {
        "ticker": ticker,
        "event_ticker": EVENT,
        "strike_type": "between",
        "floor_strike": int(ticker[-4:-2]),
        "cap_strike": int(ticker[-4:-2]) + 1,
        "yes_sub_title": "between",
        "rules_primary": "Resolves to Yes between.",
        "open_at": "2026-10-05T10:00:00Z",
        "close_at": "2026-10-25T05:00:00Z",
        "expected_expiration_at": "2026-10-25T19:00:00Z",
    }


STATE = {
    "clock": START,
    "settings": {"is_rate_limited": False},
    "accounts": [{"account_id": "crowd", "balance": "10000000"}],
    "events": [
        {
            "event_ticker": EVENT,
            "series_ticker": "KXHIGHNY",
            "title": "Highest temperature in New York?",
            "markets": [market(FILLED), market(RESTING)],
        }
    ],
}


@dataclass
class Place:
    """An exchange in one process, our forked children in another, one database between them."""

    url: str
    forker: subprocess.Popen
    database: str
    key_file: str
    kills: Counter = field(default_factory=Counter)

    def lever(self, name, **row):
        answer = httpx.post(f"{self.url}/paper/control/{name}", json=row)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def fork(self, mode, **said):
        """Let a child live, or die at a point; what it passed and found."""
        row = {"mode": mode, "database": self.database, "url": self.url, "at": self.moved()}
        line = json.dumps({**row, "key_file": self.key_file, **said})
        self.forker.stdin.write(line + "\n")
        self.forker.stdin.flush()
        ended = json.loads(self.forker.stdout.readline())
        assert ended["code"] == (-SIGKILL if "kill_at" in said else 0), (said, ended)
        if "kill_at" in said:
            self.kills[ended["points"][-1]] += 1
        return ended

    def moved(self):
        """Let a minute pass, and more than the 30 s after which absence is proven."""
        now = datetime.fromisoformat(self.lever("clock")["now"]) + TICK
        self.lever("clock", to=now.isoformat())
        return now.isoformat()

    def recover(self):
        """One clean tick; afterwards nobody has to ask what became of any order."""
        self.lever("clear_faults")
        # While we were dead the world went on: what rested may have been filled.
        self.lever(
            "place", account_id="crowd", ticker=RESTING, side="ask", count="1", price="0.05",
            time_in_force="immediate_or_cancel",
        )  # fmt: skip
        found = self.fork("walk", ticks=[{}])["found"]
        assert found["unknown"] == 0

    def kill(self, mode, only=("",), **said):
        """Kill a child at each point that a living one passes; a clean run follows each time."""
        passed = Counter()
        for point in self.fork(mode, **said)["points"]:
            passed[point] += 1
            if any(part in point for part in only):
                self.recover()
                self.fork(mode, kill_at=(point, passed[point]), **said)
        self.recover()


@contextmanager
def opened(folder):
    folder.mkdir()
    key_file = folder / "key.pem"
    encoding, shape = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    secret = ed_key().private_bytes(encoding, shape, serialization.NoEncryption())
    key_file.touch(mode=0o600)
    key_file.write_bytes(secret)
    (folder / "public.pem").write_bytes(pem(ed_key()))
    (folder / "state.json").write_text(json.dumps(STATE))
    exchange = [
        *(sys.executable, "-m", "executor.paper", "--state", str(folder / "state.json")),
        *("--key-file", str(folder / "public.pem"), "--key-id", "ours", "--account", "us"),
        *("--balance", "1000000"),
    ]
    forker = [sys.executable, "-m", "tests.executor.kill_child"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    with subprocess.Popen(exchange, **pipes) as served, subprocess.Popen(forker, **pipes) as forks:
        try:
            url = served.stdout.readline().strip()
            place = Place(url, forks, str(folder / "kwx.duckdb"), str(key_file))
            place.fork("prepare")
            for side, price in (("ask", "0.60"), ("bid", "0.40")):
                order = {"ticker": FILLED, "side": side, "count": "100000", "price": price}
                place.lever("place", account_id="crowd", **order)
            yield place
        finally:
            forks.stdin.close()
            served.terminate()


def killed_while_walking(folder, scenarios):
    """Points of every scenario; then our books beside the exchange's own."""
    with opened(folder) as place:
        place.recover()  # the account's past is taken over once: see killed_while_adopting
        for ticks, only in scenarios:
            place.kill("walk", ticks=ticks, only=only)
        told = httpx.get(f"{place.url}/paper/control/account/us").json()
        with Store.open(Path(place.database)) as store:
            require_every_fill(store, told["fills"])
            require_one_order_a_decision(store, sum(told["orders_by_status"].values()))
            require_attribution_without_posted(store)
        return place.kills


def require_every_fill(store, told):
    ours = store.frame("select * from parsed.fills").sort("fill_id")
    theirs = sorted(told, key=lambda fill: fill["fill_id"])
    assert len(theirs) > FILLS_AT_LEAST
    names = ("price_dollars", "contracts", "fee_dollars")
    wanted = [(f["fill_id"], f["order_id"], *(Decimal(f[n]) for n in names)) for f in theirs]
    assert ours.select("fill_id", "order_id", *names).rows() == wanted
    attributed = store.frame(
        "select strategy_id, evidence in ('client_order_id', 'order_id', 'order_list') as is_known,"
        " count(*) as fills from ledger.attribution group by all"
    )
    assert attributed.rows() == [("cross_bracket", True, len(theirs))]


def require_one_order_a_decision(store, listed_orders):
    orders = store.frame(
        """
        select orders.order_id, intents.decision_id
        from parsed.orders as orders
        left join posted.intents as intents on intents.client_order_id = orders.client_order_id
        """
    )
    assert len(orders) == listed_orders
    assert orders["decision_id"].null_count() == 0
    assert orders["decision_id"].n_unique() == len(orders)
    ours = store.frame("select order_id, decision_id from posted.states")
    states = store.frame("select state, kind, count(*) as n from posted.states group by all")
    assert {"unknown"}.isdisjoint(states["state"]), states
    assert len(ours) >= len(orders)


def require_attribution_without_posted(store):
    before = store.frame("select fill_id, strategy_id from ledger.attribution").sort("fill_id")
    for table in ("outcomes", "intents"):
        store._con.execute(f"delete from posted.{table}")
    store.derive_all()
    after = store.frame("select * from ledger.attribution").sort("fill_id")
    assert after.select("fill_id", "strategy_id").equals(before)
    assert set(after["evidence"]) == {"order_list"}


def killed_while_commanded(folder):
    """Commands of a person, and the making of a database."""
    with opened(folder) as place:
        place.fork("walk", ticks=STRAY)
        for said in COMMANDS:
            for point in place.fork(**said)["points"]:
                place.fork(kill_at=(point, 1), **said)
                place.fork(**said)
        place.recover()
        for mode in ("init", "migrate"):
            for number, point in enumerate(place.fork(mode, database=f"{folder}/whole")["points"]):
                made = f"{folder}/{mode}-{number}"
                if mode == "migrate":
                    place.fork("init", database=made)
                place.fork(mode, database=made, kill_at=(point, 1))
                place.fork(mode, database=made)
        return place.kills


def killed_while_adopting(folder):
    """The first tick of an account that traded before: its past is owed until it has been told."""
    with opened(folder) as place:
        place.fork("walk", ticks=ANSWERED)
        place.fork("prepare", database=f"{folder}/untouched")
        whole = shutil.copy(f"{folder}/untouched", f"{folder}/whole")
        passed = Counter()
        for point in place.fork("walk", database=whole, ticks=[{}])["points"]:
            passed[point] += 1
            made = shutil.copy(f"{folder}/untouched", f"{folder}/killed")
            killed = {"database": made, "kill_at": (point, passed[point])}
            place.fork("walk", ticks=[{}], **killed)
            place.fork("walk", database=made, ticks=[{}])
            assert past_of(made) == past_of(whole)
            Path(made).unlink()
        return place.kills


def past_of(database):
    """What is known of the account: feeds told to their end from the beginning, fills, orders."""
    with Store.open(Path(database)) as store:
        whole = store.frame(
            "select distinct feed from landed.requests where is_last_page and status_code = 200"
            " and endpoint not like '%min_ts=%' and feed similar to '.*(orders|fills|settlements)'"
        )
        assert whole.height == 5
        fills = store.frame("select fill_id, order_id from parsed.fills").sort("fill_id").rows()
        orders = store.frame("select order_id from parsed.orders").sort("order_id").rows()
        attributed = store.frame("select distinct evidence from ledger.attribution").rows()
    assert fills
    assert orders
    return fills, orders, attributed


@pytest.mark.long
def test_a_killed_process_loses_no_fill_and_orders_nothing_twice(tmp_path):
    with ThreadPoolExecutor(2) as pool:
        told = [
            pool.submit(killed_while_walking, tmp_path / "a", [(LOST, ALL), (STRAY, LATER)]),
            pool.submit(killed_while_walking, tmp_path / "b", [(ANSWERED, ALL), (LATE, LAST)]),
            pool.submit(killed_while_walking, tmp_path / "c", [(DOUBLED, ALL)]),
            pool.submit(killed_while_walking, tmp_path / "d", [(UNLISTED, ALL)]),
            pool.submit(killed_while_walking, tmp_path / "e", [(SPOILED, ALL)]),
            pool.submit(killed_while_adopting, tmp_path / "f"),
            pool.submit(killed_while_commanded, tmp_path / "g"),
        ]
        kills = sum((each.result() for each in told), Counter())
    assert kills.total() >= KILLS_AT_LEAST
    expected = {f"{moment} {place}" for place in places() for moment in ("before", "after")}
    assert set(kills) == expected
