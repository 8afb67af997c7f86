"""The command line of kwx. Messages go to stderr in one line; exit 0, 1 or 2 as documented."""

from __future__ import annotations

import sys

from executor.cli import app
from kwx_core.errors import KwxError


def main() -> None:
    """Run the command line; an error of ours is one line and exit code 2."""
    try:
        app()
    except KwxError as error:
        sys.stderr.write(f"kwx: {error}\n")
        raise SystemExit(2) from error


if __name__ == "__main__":
    main()
