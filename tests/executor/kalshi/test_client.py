from __future__ import annotations

import asyncio
import gzip
import socket
import time
from contextlib import aclosing
from datetime import timedelta

import pytest

from executor.kalshi import sansio
from executor.kalshi.answers import outcome_of_create
from executor.wire import Pace, RequestRefusedError
from tests.executor.kalshi.scripted import ACK, BALANCE, KEY, ORDER, client_of, exchange
from tests.executor.kalshi.test_signing import verify
from tests.executor.loopback import DRIP, DROP, HANG, START, Loopback, SimulatedClock, reply

TOO_MANY = reply(429, b'{"error":"too many requests"}')


def ask(*replies, **settings):
    """Fetch the balance from a scripted server: the answer, what was asked, the clock."""

    async def asked():
        async with exchange(*replies, **settings) as (server, client, clock):
            return await client.fetch(BALANCE), server.asked, clock

    return asyncio.run(asked())


def post(*replies):
    async def posted():
        async with exchange(*replies) as (server, client, _):
            return await client.post_order(ORDER), server.asked

    return asyncio.run(posted())


@pytest.mark.parametrize(
    ("replies", "state"),
    [
        ([HANG, ACK], "unknown"),
        ([DROP, ACK], "unknown"),
        ([reply(500, b"{}"), ACK], "unknown"),
        ([reply(503, b"<html>"), ACK], "unknown"),
        ([TOO_MANY, ACK], "unknown"),
        ([reply(302, b"", "location: /trade-api/v2/portfolio/events/orders"), ACK], "unknown"),
        ([reply(307, b"", "location: /trade-api/v2/portfolio/events/orders"), ACK], "unknown"),
        ([b"HTTP/1.1 201 Created\r\ncontent-length: 90\r\n\r\n{", HANG], "unknown"),
        ([b"not http at all\r\n\r\n", ACK], "unknown"),
        ([reply(201, b"x" * 10_000_001), ACK], "unknown"),
        ([reply(201, b"<html>"), ACK], "unknown"),
        ([reply(409, b'{"error":{"code":"trading_is_paused"}}'), ACK], "rejected"),
        ([ACK], "accepted"),
    ],
)
def test_a_create_is_sent_exactly_once_whatever_comes_back(replies, state):
    answer, asked = post(*replies)
    assert [(one.method, one.target) for one in asked] == [("POST", ORDER.path)]
    assert asked[0].body == ORDER.body
    assert outcome_of_create(answer.status, answer.body, is_sent=answer.is_sent).state == state
    assert answer.is_sent


def test_a_create_is_sent_once_also_on_a_connection_that_the_exchange_has_just_closed():
    async def posted():
        async with exchange(ACK, DROP, ACK) as (server, client, _):
            await client.fetch(BALANCE)
            answer = await client.post_order(ORDER)
            return answer, [one.method for one in server.asked]

    answer, methods = asyncio.run(posted())
    assert (methods, answer.status, answer.is_sent) == (["GET", "POST"], None, True)


def test_a_cancel_is_sent_once():
    async def cancelled():
        async with exchange(reply(500, b"")) as (server, client, _):
            answer = await client.cancel(sansio.cancel_order("o-1", "KXHIGHNY-26OCT15-B84.5"))
            return answer.status, [one.target for one in server.asked]

    target = f"{ORDER.path}/o-1?market_ticker=KXHIGHNY-26OCT15-B84.5"
    assert asyncio.run(cancelled()) == (500, [target])


def test_what_is_signed_is_what_was_sent_without_its_query():
    request = sansio.page("/trade-api/v2/markets/KXHIGHNY-26OCT15-B84.5/orderbook", {"depth": "0"})

    async def asked():
        async with exchange(reply(200, b"{}")) as (server, client, _):
            await client.fetch(request)
            await client.post_order(ORDER)
            return server.asked

    for one in asyncio.run(asked()):
        path = one.target.partition("?")[0]
        text = f"{one.headers['kalshi-access-timestamp']}{one.method}{path}".encode()
        signature = {"KALSHI-ACCESS-SIGNATURE": one.headers["kalshi-access-signature"]}
        verify(KEY.public_key(), signature, text)
        assert one.headers["kalshi-access-key"] == "key-1"
        assert one.headers["accept-language"] == "en"


def test_a_request_that_waited_for_its_turn_is_signed_when_it_leaves():
    async def asked():
        async with exchange(reply(200, b"{}"), read_pace=Pace(10, 0.5)) as (server, client, _):
            for _ in range(3):
                await client.fetch(BALANCE)
            return [int(one.headers["kalshi-access-timestamp"]) for one in server.asked]

    first, second, third = asyncio.run(asked())
    assert (second - first, third - second) == (20_000, 20_000)


# fmt: off
READS = [
    # replies                                            status, times asked, waits
    ([reply(200, b"{}")],                                 200,    1, []),
    ([TOO_MANY, reply(200, b"{}")],                       200,    2, [0.5]),
    ([reply(502, b""), DROP, reply(200, b"{}")],          200,    3, [0.5, 1.0]),
    ([reply(503, b"")],                                   503,    4, [0.5, 1.0, 2.0]),
    ([TOO_MANY],                                          429,    4, [0.5, 1.0, 2.0]),
    ([DROP],                                              None,   4, [0.5, 1.0, 2.0]),
    ([HANG, reply(200, b"{}")],                           200,    2, [0.5]),
    ([reply(401, b"{}")],                                 401,    1, []),
    ([reply(404, b"{}")],                                 404,    1, []),
    ([reply(301, b"", "location: /elsewhere")],           301,    1, []),
]
# fmt: on


@pytest.mark.parametrize(("replies", "status", "times", "waits"), READS)
def test_a_read_is_asked_again_while_that_may_help_and_not_for_ever(replies, status, times, waits):
    answer, asked, clock = ask(*replies)
    assert (answer.status, len(asked), clock.slept) == (status, times, waits)
    assert (answer.error is None) == (status is not None)
    assert answer.requested_at == START + timedelta(seconds=sum(waits))


def test_a_body_that_is_no_json_is_handed_on_untouched():
    html = b"<html>maintenance</html>"
    answer, _, _ = ask(reply(200, html))
    assert (answer.status, answer.body, answer.error) == (200, html, None)


@pytest.mark.parametrize(
    "oversized",
    [
        reply(200, b"x" * 10_000_001),
        reply(200, gzip.compress(b"x" * 10_000_001), "content-encoding: gzip"),
    ],
    ids=["plain", "compressed"],
)
def test_a_body_above_the_limit_is_a_fault_and_is_not_kept(oversized):
    answer, asked, _ = ask(oversized, timeout_seconds=10)
    assert (answer.status, answer.body, len(asked)) == (200, b"", 1)
    assert answer.error == "127.0.0.1 sent more than 10000000 bytes; they were left"


def test_a_body_at_the_limit_is_an_answer():
    answer, _, _ = ask(reply(200, b"x" * 10_000_000), timeout_seconds=10)
    assert (answer.error, len(answer.body)) == (None, 10_000_000)


def test_a_server_that_drips_is_left_when_the_time_is_up():
    begun = time.monotonic()
    answer, asked = post(DRIP)
    assert (answer.status, answer.is_sent, len(asked)) == (None, True, 1)
    assert "TimeoutError" in answer.error
    assert time.monotonic() - begun < 5


def unused_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_an_unreachable_host_is_one_line_and_proves_that_nothing_was_sent():
    async def posted():
        url = f"http://127.0.0.1:{unused_port()}"
        async with aclosing(client_of(url, SimulatedClock())) as client:
            return await client.post_order(ORDER)

    answer = asyncio.run(posted())
    assert (answer.status, answer.body, answer.is_sent) == (None, b"", False)
    assert answer.error.startswith("no answer from POST 127.0.0.1/trade-api/v2/portfolio/events")
    assert "\n" not in answer.error
    assert outcome_of_create(answer.status, answer.body, is_sent=answer.is_sent).code == "not_sent"


def test_an_order_that_waits_for_a_token_when_the_halt_comes_does_not_leave():
    async def posted():
        async with exchange(ACK, write_pace=Pace(10, 1)) as (server, client, clock):
            first = await client.post_order(ORDER, lambda: clock.now() > START)
            second = await client.post_order(ORDER, lambda: clock.now() > START)
            return first.status, second.is_sent, len(server.asked)

    assert asyncio.run(posted()) == (201, False, 1)


@pytest.mark.parametrize(
    ("door", "request_"),
    [
        ("fetch", ORDER),
        ("cancel", ORDER),
        ("post_order", BALANCE),
        ("fetch", sansio.cancel_order("o-1", "KXANY-1")),
    ],
)
def test_an_order_passes_through_no_door_but_its_own(door, request_):
    async def tried():
        async with exchange(ACK) as (server, client, _):
            with pytest.raises(RequestRefusedError):
                await getattr(client, door)(request_)
            return server.asked

    assert asyncio.run(tried()) == []


@pytest.mark.parametrize("suffix", ["", "/", "/trade-api/v2", "/trade-api/v2/"])
def test_the_base_url_may_or_may_not_carry_the_root(suffix):
    async def asked():
        async with Loopback(reply(200, b"{}")) as server:
            url = server.url + suffix
            async with aclosing(client_of(url, SimulatedClock())) as client:
                await client.fetch(BALANCE)
            return server.asked[0].target

    assert asyncio.run(asked()) == BALANCE.path


def test_nothing_printed_of_a_client_or_a_request_shows_the_key():
    async def shown():
        async with exchange(DROP) as (_, client, _):
            answer = await client.post_order(ORDER)
            return f"{client!r}{ORDER!r}{answer!r}"

    text = asyncio.run(shown())
    assert KEY.private_bytes_raw().hex() not in text
    assert "key-1" not in text
    assert "SIGNATURE" not in text.upper()


def test_proxies_of_the_environment_are_not_asked(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{unused_port()}")
    answer, _, _ = ask(reply(200, b"{}"))
    assert answer.status == 200
