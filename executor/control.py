"""One Unix socket for everybody: reads beside the loop, writes between its phases.

A message is one JSON line `{"name", "arguments", "words"}`; the answer is one JSON line, a reply or
`{"error"}`. Only the owner of the file can connect (mode 0600).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from typing import TYPE_CHECKING, Any

from executor.commands import READING
from executor.dispatch import carry_out
from executor.reply import Said
from kwx_core.errors import KwxError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from executor.settings import Settings
    from kwx_core.store import Store

LINE_LIMIT_BYTES = 64 * 1024 * 1024  # a landed file of 10 MB, in base 64, with company


@contextlib.asynccontextmanager
async def listening(
    store: Store, settings: Settings, now: Callable[[], datetime]
) -> AsyncIterator[None]:
    """Serve commands while the block runs.

    A command that writes runs on the loop's own thread and holds it until it is done: between
    two awaits of the tick there is no open transaction, so it always falls between phases.
    """
    path = settings.socket
    path.unlink(missing_ok=True)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ValueError):
            answer = await _answer((store, settings, now), await reader.readuntil(b"\n"))
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        writer.close()

    before = os.umask(0o177)  # the socket is born with mode 0600
    try:
        server = await asyncio.start_unix_server(serve, path=str(path), limit=LINE_LIMIT_BYTES)
    finally:
        os.umask(before)
    try:
        async with server:
            yield
    finally:
        path.unlink(missing_ok=True)


async def _answer(
    served: tuple[Store, Settings, Callable[[], datetime]], line: bytes
) -> dict[str, Any]:
    store, settings, now = served
    try:
        said = Said(**json.loads(line))
        if said.name in READING:
            reply = await asyncio.to_thread(carry_out, store, settings, said, now)
        else:
            reply = carry_out(store, settings, said, now, is_serving=True)
        return reply.plain()
    except KwxError as error:
        return {"error": str(error)}
    except (ValueError, KeyError, TypeError) as error:
        return {"error": f"the message was not understood: {type(error).__name__}"}
