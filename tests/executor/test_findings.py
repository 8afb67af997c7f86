"""Findings leave the house by a webhook or a command, and never hold the loop up."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import structlog

from executor.findings import teller
from executor.settings import settings
from kwx_core.store.audits import Seen

FOUND = [Seen("drift_alert", "f1", "warning", "DRIFT ALERT: a fill", "r1")]


@contextmanager
def listener(status: int) -> Iterator[tuple[str, list[dict]]]:
    heard: list[dict] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/secret", heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def told(environ: dict[str, str], tmp_path: Path, found: list[Seen]) -> list[dict]:
    log = structlog.testing.CapturingLogger()
    wrapped = structlog.wrap_logger(log, processors=[structlog.processors.JSONRenderer()])

    async def main() -> None:
        teller(settings(environ, tmp_path / "kwx.duckdb"), wrapped)(found)
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))

    asyncio.run(main())
    return [json.loads(call.args[0]) for call in log.calls]


def test_a_webhook_hears_every_finding(tmp_path: Path) -> None:
    with listener(200) as (url, heard):
        assert told({"KWX_WEBHOOK_URL": url}, tmp_path, FOUND) == []
    assert heard == [
        {
            "findings": [
                {
                    "finding": "drift_alert", "subject": "f1", "severity": "warning",
                    "detail": "DRIFT ALERT: a fill", "sample_request_id": "r1",
                }
            ]
        }
    ]  # fmt: skip


def test_nothing_found_is_not_told(tmp_path: Path) -> None:
    with listener(200) as (url, heard):
        told({"KWX_WEBHOOK_URL": url}, tmp_path, [])
    assert heard == []


def test_a_webhook_that_fails_is_a_line_without_its_address(tmp_path: Path) -> None:
    with listener(500) as (url, _):
        lines = told({"KWX_WEBHOOK_URL": url}, tmp_path, FOUND)
    assert [line["event"] for line in lines] == ["findings were not told"]
    assert "secret" not in json.dumps(lines)


def test_a_command_reads_them_on_its_standard_input(tmp_path: Path) -> None:
    heard = tmp_path / "heard.json"
    assert told({"KWX_FINDINGS_COMMAND": f"tee {heard}"}, tmp_path, FOUND) == []
    assert json.loads(heard.read_text())["findings"][0]["subject"] == "f1"


def test_a_command_that_fails_is_a_line(tmp_path: Path) -> None:
    lines = told({"KWX_FINDINGS_COMMAND": "false"}, tmp_path, FOUND)
    assert [line["event"] for line in lines] == ["findings were not told"]
