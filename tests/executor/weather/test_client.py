from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import date

import pytest

from executor.weather.client import WeatherClient
from executor.weather.sansio import guidance_request, metar_request
from executor.wire import Request, RequestRefusedError
from tests.executor.loopback import DROP, START, Loopback, SimulatedClock, reply
from tests.executor.weather.test_sansio import NEW_YORK

METARS = metar_request(["KNYC"], 6)
GUIDANCE = guidance_request([NEW_YORK], "ecmwf_ifs025", date(2026, 10, 15), date(2026, 10, 16))


def walk(requests, *replies):
    """Ask two loopback hosts in turn: answers, what each was asked, the clock."""

    async def walked():
        clock = SimulatedClock()
        async with Loopback(*replies) as first, Loopback(reply(200, b"{}")) as second:
            urls = {"aviationweather": first.url, "open_meteo_previous_runs": second.url + "/"}
            client = WeatherClient(urls, now=clock.now, sleep=clock.sleep, user_agent="kwx test")
            async with aclosing(client):
                answers = [await client.fetch(request) for request in requests]
            return answers, first.asked, second.asked, clock

    return asyncio.run(walked())


def test_each_request_goes_to_its_host_under_our_name():
    answers, metars, guidance, _ = walk([METARS, GUIDANCE], reply(200, b"[]"))
    assert [one.body for one in answers] == [b"[]", b"{}"]
    assert metars[0].target.startswith("/api/data/metar?ids=KNYC&hours=6")
    assert guidance[0].target.startswith("/v1/forecast?latitude=40.7790")
    assert {one.headers["user-agent"] for one in [*metars, *guidance]} == {"kwx test"}


def test_a_host_is_asked_once_a_second_at_the_most_and_hosts_do_not_wait_for_each_other():
    answers, _, _, _ = walk([METARS, METARS, METARS, GUIDANCE], reply(200, b"[]"))
    times = [(one.requested_at - START).total_seconds() for one in answers]
    assert times == [0, 1, 2, 2]


def test_a_fault_is_asked_again_and_then_is_an_answer():
    answers, asked, _, clock = walk([METARS], DROP)
    assert (answers[0].status, len(asked)) == (None, 4)
    assert answers[0].error.startswith("no answer from GET 127.0.0.1/api/data/metar")
    assert clock.slept == [0.5, 0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    "request_", [Request("GET", "/x", host="nobody"), Request("POST", "/x", host="aviationweather")]
)
def test_a_host_nobody_named_and_a_method_that_writes_are_refused(request_):
    with pytest.raises(RequestRefusedError):
        walk([request_], reply(200, b"[]"))
