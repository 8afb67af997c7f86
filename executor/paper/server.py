"""Serve an application on loopback, in a thread of this process."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp

HOST = "127.0.0.1"
START_SECONDS = 10.0
STOP_SECONDS = 10.0


class Server:
    """A running server; `url` is its root, `api_url` the root of the exchange's API."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://{HOST}:{port}"
        self.api_url = f"{self.url}/trade-api/v2"


@contextlib.contextmanager
def serve(app: ASGIApp, port: int = 0) -> Iterator[Server]:
    """Serve while the context lasts; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
        TimeoutError: the server does not start within ten seconds.
    """
    # Only a socket that says it is TCP gets TCP_NODELAY, without which an answer takes 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        runner = uvicorn.Server(configuration(app))
        thread = threading.Thread(target=runner.run, args=([listening],), daemon=True)
        thread.start()
        try:
            _await_start(runner, thread)
            yield Server(listening.getsockname()[1])
        finally:
            runner.should_exit = True
            thread.join(STOP_SECONDS)


def configuration(app: ASGIApp) -> uvicorn.Config:
    """How uvicorn runs: no logs of its own, no start-up messages, quick to stop."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=1,
        timeout_keep_alive=60,
    )


def _await_start(runner: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not runner.started:
        if time.monotonic() > deadline or not thread.is_alive():
            raise TimeoutError("the server did not start")
        time.sleep(0.005)
