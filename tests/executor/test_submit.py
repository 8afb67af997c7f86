from __future__ import annotations

import ast
import asyncio
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest

from executor.kalshi.answers import Outcome
from executor.kalshi.client import KalshiClient
from executor.paper.faults import AnswerFault, Faults
from executor.paper.http import app
from executor.paper.server import serve
from executor.submit import outcome_frame, submit
from executor.wire import Pace
from kwx_core.contracts.posted import Intents, Outcomes
from kwx_core.policy import load_policy
from kwx_core.resources import text
from tests.executor.paper.customers import NOON, T, exchange, placed, rsa_key
from tests.shared import ROOT
from tests.spec.drawn import expect, frame

POLICY = load_policy(text("data", "policy.toml"))


def intents(picture):
    return Intents.validate(frame("posted.intents", picture))


ONE = intents(
    f"""
    intent_id | client_order_id | ticker | price_dollars | contracts | intended_at
    i1        | xb_1            | {T}    | 0.40          | 2         | 2026-10-05T12:00:00
    """
)
THREE = intents(
    f"""
    intent_id | client_order_id | ticker | outcome_side | price_dollars | intended_at
    i1        | xb_1            | {T}    | yes          | 0.40          | 2026-10-05T12:00:00
    i2        | xb_2            | {T}    | yes          | 0.41          | 2026-10-05T12:00:00
    i3        | xb_3            | {T}    | no           | 0.20          | 2026-10-05T12:00:00
    """
)


@dataclass
class Desk:
    """Our client before a paper exchange on loopback; both go by the exchange's clock."""

    exchange: object
    faults: Faults
    url: str

    def client(self, **settings):
        async def sleep(seconds):
            self.exchange.clock.advance(self.exchange.clock.now() + timedelta(seconds=seconds))

        paces = {"read_pace": Pace(200, 200), "write_pace": Pace(100, 100)} | settings
        now = self.exchange.clock.now
        return KalshiClient(self.url, key_id="ours", key=rsa_key(), now=now, sleep=sleep, **paces)

    def send(self, wanted, is_halted=lambda: False, **settings):
        async def sent():
            rows = []
            async with aclosing(self.client(**settings)) as client:
                now = self.exchange.clock.now
                async for row in submit(wanted, client, POLICY, is_halted, now):
                    rows.append(row)  # noqa: PERF401 - each row is looked at as it comes
            return rows

        return asyncio.run(sent())

    @property
    def orders(self):
        found = self.exchange.floor.accounts["us"].orders.values()
        return [order.request.client_order_id for order in found]


@contextmanager
def desk():
    opened, faults = exchange(), Faults()
    with serve(app(opened, faults)) as server:
        yield Desk(opened, faults, server.url)


def test_an_order_that_is_taken_is_accepted_with_its_id():
    with desk() as at:
        (row,) = at.send(ONE)
        order_id = next(iter(at.exchange.floor.accounts["us"].orders))
    expect(
        row,
        f"""
        intent_id | observed_at         | state    | order_id   | code | evidence
        i1        | 2026-10-05T12:00:00 | accepted | {order_id} | -    | response
        """,
    )


def test_each_word_is_handed_out_before_the_next_order_leaves():
    async def watched(at):
        now = at.exchange.clock.now
        async with aclosing(at.client()) as client:
            words = submit(THREE, client, POLICY, lambda: False, now)
            return [(row["intent_id"].item(), list(at.orders)) async for row in words]

    with desk() as at:
        assert asyncio.run(watched(at)) == [
            ("i1", ["xb_1"]),
            ("i2", ["xb_1", "xb_2"]),
            ("i3", ["xb_1", "xb_2", "xb_3"]),
        ]


def test_a_lost_answer_is_unknown_and_the_order_is_not_sent_twice():
    with desk() as at:
        at.faults.add(AnswerFault("create", "lose", frozenset({2})))
        states = [row["state"].item() for row in at.send(THREE)]
        assert states == ["accepted", "unknown", "accepted"]
        assert at.orders == ["xb_1", "xb_2", "xb_3"]


def test_an_order_that_was_there_already_is_unknown_until_the_list_names_it():
    with desk() as at:
        placed(at.exchange, "us", "bid", "2", "0.40", client_order_id="xb_1")
        (row,) = at.send(ONE)
        expect(row, "state | order_id | code\nunknown | - | order_already_exists")
        assert at.orders == ["xb_1"]


def test_what_the_exchange_refuses_is_rejected_in_its_words():
    with desk() as at:
        at.exchange.pause(T)
        (row,) = at.send(ONE)
        assert row["state"].item() == "rejected"
        assert "paused" in row["code"].item()


def test_a_halt_holds_back_every_order_that_has_not_left():
    with desk() as at:
        answers = iter([False, False, True, True, True])
        rows = at.send(THREE, lambda: next(answers))
        assert [row["state"].item() for row in rows] == ["accepted", "rejected", "rejected"]
        assert [row["code"].item() for row in rows] == [None, "halted", "halted"]
        assert at.orders == ["xb_1"]


def test_a_halt_that_comes_while_a_token_is_waited_for_holds_the_order_back():
    with desk() as at:
        waited_until = NOON + timedelta(seconds=1)
        halted = lambda: at.exchange.clock.now() >= waited_until  # noqa: E731
        rows = at.send(THREE, halted, write_pace=Pace(10, 2))
        assert [row["code"].item() for row in rows] == [None, "halted", "halted"]
        assert at.orders == ["xb_1"]


def test_a_kill_file_is_seen_by_the_next_order(tmp_path):
    kill_file = tmp_path / "kwx.halt"

    async def killed(at):
        codes = []
        async with aclosing(at.client()) as client:
            now = at.exchange.clock.now
            async for row in submit(THREE, client, POLICY, kill_file.exists, now):
                codes.append(row["code"].item())
                kill_file.touch()
        return codes

    with desk() as at:
        assert asyncio.run(killed(at)) == [None, "halted", "halted"]
        assert at.orders == ["xb_1"]


@pytest.mark.parametrize(("age_seconds", "code"), [(10, None), (10.1, "stale")])
def test_an_intent_that_has_waited_too_long_is_not_sent(age_seconds, code):
    with desk() as at:
        at.exchange.clock.advance(NOON + timedelta(seconds=age_seconds))
        (row,) = at.send(ONE)
        assert row["code"].item() == code
        assert at.orders == ([] if code else ["xb_1"])


def test_orders_behind_a_slow_bucket_are_dropped_rather_than_sent_late():
    with desk() as at:
        rows = at.send(THREE, write_pace=Pace(10, 0.9))
        assert [row["code"].item() for row in rows] == [None, "stale", "stale"]
        assert at.orders == ["xb_1"]


def test_an_exchange_that_cannot_be_reached_was_sent_nothing():
    with desk() as at:
        at.url = "http://127.0.0.1:1"
        (row,) = at.send(ONE)
        expect(row, "state | code\nrejected | not_sent")


def test_an_order_that_cannot_be_written_down_exactly_is_not_sent():
    with desk() as at:
        finer = intents(
            f"""
            intent_id | client_order_id | ticker | price_dollars | intended_at
            i1        | xb_1            | {T}    | 0.400001      | 2026-10-05T12:00:00
            i2        | xb.2            | {T}    | 0.40          | 2026-10-05T12:00:00
            """
        )
        rows = at.send(finer)
        assert [row["code"].item() for row in rows] == ["refused", "refused"]
        assert "finer" in rows[0]["message"].item()
        assert at.orders == []


def cancel_of(order_id):
    return intents(
        f"""
        intent_id | client_order_id | kind   | order_id   | ticker | intended_at
        c1        | xb_c            | cancel | {order_id} | {T}    | 2026-10-05T11:00:00
        """
    )


@pytest.mark.parametrize("is_halted", [False, True])
def test_a_cancel_leaves_even_during_a_halt(is_halted):
    with desk() as at:
        order_id = placed(at.exchange, "us", "bid", "2", "0.40").order_id
        (row,) = at.send(cancel_of(order_id), lambda: is_halted)
        expect(row, f"intent_id | state | order_id\nc1 | cancelled | {order_id}")
        assert at.exchange.account("us").orders_by_status == {"canceled": 1}


def test_a_cancel_that_finds_nothing_proves_nothing():
    with desk() as at:
        (row,) = at.send(cancel_of("no-such-order"))
        expect(row, "state | order_id | code\nunknown | - | not_found")


def test_a_cancel_whose_answer_is_lost_is_unknown():
    with desk() as at:
        at.faults.add(AnswerFault("cancel", "lose"))
        order_id = placed(at.exchange, "us", "bid", "2", "0.40").order_id
        (row,) = at.send(cancel_of(order_id))
        expect(row, "state | code\nunknown | -")


def test_a_word_is_a_row_that_the_store_takes(store):
    row = outcome_frame("i1", Outcome("rejected", None, "halted", "held back"), NOON)
    with store.transaction():
        assert store.append(Outcomes, row) == 1
    assert store.read(Outcomes).rows() == row.rows()


def test_fractions_reach_the_exchange_as_they_were_meant():
    with desk() as at:
        half = intents(
            f"""
            intent_id | client_order_id | ticker | outcome_side | price_dollars | contracts | intended_at
            i1        | xb_1            | {T}    | no           | 0.30          | 0.50      | 2026-10-05T12:00:00
            """  # noqa: E501 - a drawn table is as wide as its row
        )
        at.send(half)
        (order,) = at.exchange.floor.accounts["us"].orders.values()
        assert (order.request.side, order.request.price) == ("ask", Decimal("0.7000"))
        assert order.request.count == Decimal("0.50")


def test_no_other_module_can_send_an_order_or_a_cancel():
    modules = [*ROOT.glob("executor/**/*.py"), *ROOT.glob("kwx_core/**/*.py")]
    callers = {
        path.relative_to(ROOT).as_posix()
        for path in modules
        if "paper" not in path.parts
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and _is_door(ast.unparse(call.func))
    }
    assert callers == {"executor/submit.py"}


def _is_door(called: str) -> bool:
    owner, _, name = called.rpartition(".")
    return name == "post_order" or (name == "cancel" and owner.endswith(("client", "kalshi")))
