"""The real command in a real process, in a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.shared import ROOT


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    def rows(self) -> list[dict[str, Any]]:
        return json.loads(self.out)


class Kwx:
    """`kwx` with its own state directory; nothing of the user's environment reaches it."""

    def __init__(self, home: Path, **environ: str) -> None:
        self.home = home
        self.database = home / "state" / "kwx" / "kwx.duckdb"
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_STATE_HOME": str(home / "state"),
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "200",
            **environ,
        }

    def __call__(self, *words: str, stdin: bytes = b"") -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "executor", *words],
            env=self.environ, cwd=self.home, input=stdin, capture_output=True, timeout=120,
            check=False,
        )  # fmt: skip
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    @property
    def log(self) -> Path:
        return self.home / "service.log"

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """The command in the background; its stderr goes to `log`, so that no pipe can fill."""
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "executor", *words],
                env=self.environ, cwd=self.home, stdout=log, stderr=log,
            )  # fmt: skip
