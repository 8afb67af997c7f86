"""`/healthz`, `/readyz` and `/metrics` of the running service."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from executor.loop import Service

# A service that has missed this many ticks is not ready.
LATE_TICKS = 3.0


def app(service: Service, cadence_seconds: float) -> Starlette:
    """The application; it reads the service and changes nothing."""

    def healthz(_: Request) -> Response:
        return JSONResponse({"status": "alive", "ticks": service.ticks})

    def readyz(_: Request) -> Response:
        reasons = _reasons(service, cadence_seconds)
        return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    def metrics(_: Request) -> Response:
        return PlainTextResponse(_exposition(service), media_type="text/plain; version=0.0.4")

    return Starlette(
        routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    )


def _reasons(service: Service, cadence_seconds: float) -> list[str]:
    if service.last_tick_at is None:
        return ["no tick yet"]
    reasons = []
    age = (service.world.now() - service.last_tick_at).total_seconds()
    if age > LATE_TICKS * cadence_seconds:
        reasons.append(f"last tick {age:.0f} s ago")
    if service.world.is_halted():
        reasons.append("halted")
    reasons += sorted({one.finding for one in service.open_findings if one.severity == "halt"})
    return reasons


def _exposition(service: Service) -> str:
    """The text format of Prometheus, version 0.0.4."""
    last = service.last_tick_at
    severities = [one.severity for one in service.open_findings]
    lines = [
        "# HELP kwx_ticks_total Ticks walked to the end.",
        "# TYPE kwx_ticks_total counter",
        f"kwx_ticks_total {service.ticks}",
        "# HELP kwx_last_tick_timestamp_seconds When the last tick ended, Unix time.",
        "# TYPE kwx_last_tick_timestamp_seconds gauge",
        f"kwx_last_tick_timestamp_seconds {last.timestamp() if last else 'NaN'}",
        "# HELP kwx_halted Whether the kill file stands.",
        "# TYPE kwx_halted gauge",
        f"kwx_halted {int(service.world.is_halted())}",
        "# HELP kwx_open_findings Findings open at the last audit.",
        "# TYPE kwx_open_findings gauge",
        *(
            f'kwx_open_findings{{severity="{severity}"}} {severities.count(severity)}'
            for severity in ("info", "warning", "halt")
        ),
    ]
    return "\n".join(lines) + "\n"


class LoopbackServer(uvicorn.Server):
    """uvicorn inside our own loop; signals belong to the service."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


def server(service: Service, cadence_seconds: float, port: int) -> LoopbackServer:
    """A server on 127.0.0.1; `await server.serve()` runs it until `should_exit`."""
    return LoopbackServer(
        uvicorn.Config(
            app(service, cadence_seconds),
            host="127.0.0.1",
            port=port,
            log_config=None,
            access_log=False,
            lifespan="off",
        )
    )
