"""The asking side of the socket. Light on purpose: `kwx halt` must not wait for libraries."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

from executor.reply import Reply, Said
from kwx_core.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def asked(path: Path, said: Said) -> Reply | None:
    """Ask the running service; None when there is none.

    Raises:
        UsageError: the service could not do it; its own words.
    """
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(path))
            connection.sendall(json.dumps(vars(said)).encode() + b"\n")
            with connection.makefile("rb") as answers:
                line = answers.readline()
    except (FileNotFoundError, ConnectionError):
        return None
    except OSError as error:
        raise UsageError(f"{path} cannot be used: {error.strerror or error}") from error
    if not line:
        raise UsageError("the service closed the connection before it answered")
    answer = json.loads(line)
    if "error" in answer:
        raise UsageError(answer["error"])
    return Reply(**answer)


def is_listening(path: Path) -> bool:
    """Whether a service answers there; a socket file alone may be left from a crash."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(path))
    except OSError:
        return False
    return True
