"""Findings leave the house, to a webhook or to a command, and never block the tick."""

from __future__ import annotations

import asyncio
import json
import shlex
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

    from structlog.typing import FilteringBoundLogger

    from executor.settings import Settings
    from kwx_core.store.audits import Seen

TIMEOUT_SECONDS = 10.0  # whoever listens is not waited for longer


def teller(settings: Settings, log: FilteringBoundLogger) -> Callable[[list[Seen]], None]:
    """A function that tells findings in the background, as the settings ask."""
    pending: set[asyncio.Task[None]] = set()

    def tell(found: list[Seen]) -> None:
        if not found or not (settings.webhook_url or settings.findings_command):
            return
        message = json.dumps({"findings": [vars(one) for one in found]}).encode()
        task = asyncio.get_running_loop().create_task(_told(settings, message, log))
        pending.add(task)
        task.add_done_callback(pending.discard)

    return tell


async def _told(settings: Settings, message: bytes, log: FilteringBoundLogger) -> None:
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            if settings.webhook_url:
                await _post(settings.webhook_url, message)
            if settings.findings_command:
                await _run(settings.findings_command, message)
    except (httpx.HTTPError, OSError, TimeoutError, RuntimeError) as error:
        # The URL may carry a secret: only the kind of failure is told.
        log.warning("findings were not told", error=type(error).__name__)


async def _post(url: str, message: bytes) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=TIMEOUT_SECONDS) as client:
        headers = {"content-type": "application/json"}
        (await client.post(url, content=message, headers=headers)).raise_for_status()


async def _run(command: str, message: bytes) -> None:
    process = await asyncio.create_subprocess_exec(
        *shlex.split(command), stdin=asyncio.subprocess.PIPE
    )
    await process.communicate(message)
    if process.returncode:
        raise RuntimeError(f"the findings command ended with {process.returncode}")
