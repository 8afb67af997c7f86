"""The wire between exchange and executor, and the one thing on it that goes wrong in a case."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from executor.drill.mutations import is_of_bodies, opened, spoiled, written
from executor.paper.http import DroppedAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from executor.drill.mutations import Case
    from executor.paper.clock import SimulatedClock

# Lists are cut into several pages, so that one of them can be lost.
PAGE_ROWS = 8
# What moves with the clock in a question whose answer is the same.
MOVING = {"min_ts", "min_settled_ts", "hours", "start_date", "end_date"}
# The cursor of a page that the exchange never gave.
AGAIN = "again"
SLOW = timedelta(seconds=2)
OK, NO_CONTENT = 200, 204

Json = dict[str, Any]
Parts = tuple[int, list[tuple[bytes, bytes]], bytes]


@dataclass
class Kept:
    """The last answer to every question, and all answers of each feed since it was copied."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    heard: dict[str, list[bytes]] = field(default_factory=dict)

    def copied(self) -> Kept:
        """The same last answers, to go on from."""
        return Kept(dict(self.bodies))

    def keep(self, feed: str, question: str, body: bytes) -> None:
        """Remember an answer."""
        self.bodies[question] = body
        self.heard.setdefault(feed, []).append(body)


@dataclass
class Wire:
    """An application before another: cuts lists into pages, keeps answers, carries out a case.

    `feeds` gives each feed's path; without a case every answer passes as it is.
    """

    inner: ASGIApp
    feeds: Mapping[str, str]
    kept: Kept
    clock: SimulatedClock
    case: Case | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        feed = self._feed(scope)
        if feed is None:
            await self.inner(scope, receive, send)
            return
        asked = dict(parse_qsl(scope["query_string"].decode()))
        if "limit" in asked:
            asked["limit"] = str(min(int(asked["limit"]), PAGE_ROWS))
        if self.case is None or self.case.feed != feed:
            parts = await self._inner(scope, asked)
            self.kept.keep(feed, _question(scope, asked), parts[2])
        elif self.case.mutation == "no_answer":
            await DroppedAnswer()(scope, receive, send)
            return
        else:
            parts = await self._spoiled(self.case, scope, asked)
        await _answered(parts, send)

    def _feed(self, scope: Scope) -> str | None:
        """Which feed a path belongs to; what is no question to a feed is none."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        for feed, path in self.feeds.items():
            if re.fullmatch(re.sub(r"\{\w+\}", r"[^/]+", path), scope["path"]):
                return feed
        return None

    async def _inner(self, scope: Scope, asked: Mapping[str, str]) -> Parts:
        """What the exchange itself answers to the question as it is put here."""
        status, headers, body = 0, [], b""

        async def taken(message: Message) -> None:
            nonlocal status, headers, body
            if message["type"] == "http.response.start":
                status, headers = message["status"], list(message.get("headers", []))
            else:
                body += message.get("body", b"")

        question = {**scope, "query_string": urlencode(asked).encode()}
        await self.inner(question, _nothing_to_say, taken)
        return status, headers, body

    async def _spoiled(self, case: Case, scope: Scope, asked: dict[str, str]) -> Parts:
        """The answer of a case: another page than was asked for, an older one, or a wrong one."""
        cursor = asked.get("cursor", "")
        if cursor == AGAIN:
            asked["cursor"] = ""
        status, headers, body = await self._inner(scope, asked)
        match case.mutation:
            case _ if is_of_bodies(case):
                body = spoiled(case, body) if status == OK else body
            case "stale":
                body = self.kept.bodies.get(_question(scope, asked), body)
            case "slow_answers":
                self.clock.advance(self.clock.now() + SLOW)
            case "no_content":
                status, body = NO_CONTENT, b""
            case "no_body":
                body = b""
            case "lost_first_page" if not cursor and (following := opened(body)["cursor"]):
                status, headers, body = await self._inner(scope, asked | {"cursor": following})
            case "duplicate_page" | "lost_page" | "lost_first_page" | "empty_page":
                body = written(turned(opened(body), case.mutation, cursor))
        return status, headers, body


def turned(page: Json, mutation: str, cursor: str) -> Json:
    """A page of a list as a mutation has it; `cursor` is what was asked for.

    `duplicate_page` gives the first page again, `lost_page` ends the list with it,
    `lost_first_page` a list without it, and `empty_page` one more page with nothing on it.
    """
    ends = mutation == "empty_page" and not page["cursor"] and cursor != AGAIN
    if ends or (mutation == "duplicate_page" and not cursor):
        return page | {"cursor": AGAIN}
    if mutation == "lost_page":
        return page | {"cursor": ""}
    if mutation == "lost_first_page" and not cursor:
        return _emptied(page)
    if mutation == "empty_page" and cursor == AGAIN:
        return _emptied(page) | {"cursor": ""}
    return page


def _emptied(page: Json) -> Json:
    return {key: [] if isinstance(value, list) else value for key, value in page.items()}


async def _nothing_to_say() -> Message:
    """The body of a question: it can be put twice."""
    return {"type": "http.request", "body": b"", "more_body": False}


def _question(scope: Scope, asked: Mapping[str, str]) -> str:
    still = sorted((name, value) for name, value in asked.items() if name not in MOVING)
    return f"{scope['path']}?{urlencode(still)}"


async def _answered(parts: Parts, send: Send) -> None:
    status, headers, body = parts
    kept = [(name, value) for name, value in headers if name != b"content-length"]
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*kept, length]})
    await send({"type": "http.response.body", "body": body})
