"""A real server on loopback that answers by script and remembers every request it was sent."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

DROP = b"drop"
HANG = b"hang"
DRIP = b"HTTP/1.1 200 Scripted\r\ncontent-length: 1000\r\n\r\n"
START = datetime(2026, 10, 15, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


def reply(status: int, body: bytes, *lines: str) -> bytes:
    head = [f"HTTP/1.1 {status} Scripted", f"content-length: {len(body)}", *lines]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


class Loopback:
    """Answers the n-th request with the n-th reply, and all later ones with the last."""

    def __init__(self, *replies: bytes) -> None:
        self.replies = replies
        self.asked: list[Asked] = []
        self._dripped = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._connections: set[asyncio.Task[None]] = set()
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(asyncio.current_task())
        try:
            while await self._answer(reader, writer):
                pass
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass  # the other side is done, or the test is
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        method, target, _ = head[0].split(" ")
        pairs = [line.split(": ", 1) for line in head[1:] if line]
        headers = {name.lower(): text for name, text in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.asked.append(Asked(method, target, headers, body))
        scripted = self.replies[min(len(self.asked), len(self.replies)) - 1]
        if scripted == HANG:
            await reader.read()
            return False
        while scripted == DRIP:
            writer.write(DRIP if self._dripped == 0 else b"x")
            self._dripped += 1
            await writer.drain()
            await asyncio.sleep(0.05)
        if scripted != DROP:
            writer.write(scripted)
            await writer.drain()
        return scripted != DROP


class SimulatedClock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.at = START
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)
        await asyncio.sleep(0)
