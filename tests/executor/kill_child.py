"""`python -m tests.executor.kill_child`: forks a child for every line it reads, and reports on it.

A line is a JSON object with `mode` (a function of kill_modes), perhaps `kill_at` (a point, and
which time it is passed), and what the mode needs. The answer is one line: the signal or exit code
that ended the child, the points it passed, and what it found. Modules are imported once, so that
a child costs no start.
"""

from __future__ import annotations

import builtins
import json
import os
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import Any

from tests.executor.kill_points import Finder, Watch

# Imported at first use by those that use them; here before the first fork.
LAZY = ("anyio._backends._asyncio", "pandera.strategies.base_strategies", "pyarrow.dataset", "pytz")
Mode = Callable[[dict[str, Any]], Any]


def child(modes: dict[str, Mode], said: dict[str, Any], pipe: int) -> None:
    """Carry one line out, watched; what it returns is told to the pipe."""
    builtins.kill_point = Watch(pipe, *said.get("kill_at", (None,))).passed
    found = modes[said["mode"]](said)
    os.write(pipe, f"found {json.dumps(found)}\n".encode())


def forked(modes: dict[str, Mode], line: str) -> dict[str, Any]:
    """Fork for a line; how the child ended, and what it told."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 0
        try:
            child(modes, json.loads(line), writing)
        except BaseException:  # noqa: BLE001 - the child ends here whatever happened
            traceback.print_exc()
            status = 1
        os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as told:
        lines = told.read().splitlines()
    _, status = os.waitpid(pid, 0)
    found = [line.removeprefix("found ") for line in lines if line.startswith("found ")]
    return {
        "code": os.waitstatus_to_exitcode(status),
        "points": [line for line in lines if not line.startswith("found ")],
        "found": json.loads(found[0]) if found else None,
    }


def main() -> None:
    """Import everything, with the points in it, and fork from then on."""
    sys.meta_path.insert(0, Finder())
    from tests.executor.kill_modes import MODES

    for lazy in LAZY:
        import_module(lazy)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(forked(MODES, line)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
