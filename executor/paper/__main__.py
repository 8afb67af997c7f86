"""`python -m executor.paper`: a paper exchange in a process of its own.

Its URL is the one line it prints. It keeps its accounts while it lives; the clock, the
faults and the world are driven over `/paper/control`.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from executor.paper.faults import Faults
from executor.paper.http import app
from executor.paper.opening import opened
from executor.paper.server import serve


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; exit code 2 where the description is no good."""
    options = _parser().parse_args(arguments)
    try:
        exchange = opened(_state(options))
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"cannot open the exchange: {type(error).__name__}: {error}\n")
        return 2
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with serve(app(exchange, Faults()), options.port) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        stop.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m executor.paper", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--state", type=Path, help="a JSON file: see executor.paper.opening")
    parser.add_argument("--clock", help="an RFC 3339 moment to stand at, or `system`")
    parser.add_argument("--key-file", help="a public key in PEM: opens an account for it")
    parser.add_argument("--key-id", default="paper-key", help="the id that requests name")
    parser.add_argument("--account", default="paper", help="the account of that key")
    parser.add_argument("--balance", default="100.00", help="dollars in that account")
    parser.add_argument("--scopes", default="read,write", help="what that key may do")
    return parser


def _state(options: argparse.Namespace) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(options.state.read_text()) if options.state else {}
    if options.clock:
        state["clock"] = options.clock
    if options.key_file:
        row = {
            "account_id": options.account,
            "key_id": options.key_id,
            "public_key_file": options.key_file,
            "balance": options.balance,
            "scopes": options.scopes.split(","),
        }
        state["accounts"] = [*state.get("accounts", []), row]
    return state


if __name__ == "__main__":
    sys.exit(main())
