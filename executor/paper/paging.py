"""Pages: newest first, an opaque cursor, an empty one at the end."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from executor.paper import refusals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from executor.paper.listing import Refusal

LIMIT_DEFAULT = 100


class Numbered(Protocol):
    """Anything that was given a number when it happened."""

    @property
    def serial(self) -> int:
        """Its number."""


T = TypeVar("T", bound=Numbered)


class Span(NamedTuple):
    """Which part of a list is asked for."""

    operation: str
    limit: int
    below: int | None

    def cursor(self, serial: int) -> str:
        """The cursor of the page that begins below a number."""
        raw = f"{self.operation}:{serial}".encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class RefusedError(Exception):
    """A request that is answered with a refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def span(query: Mapping[str, str], operation: str, maximum: int = 1000) -> Span:
    """Read limit and cursor; a cursor that is none counts as absent, as on the real exchange.

    Raises:
        RefusedError: the limit is no number, negative or above the maximum.
    """
    text = query.get("limit", "")
    if text and not text.removeprefix("-").isdecimal():
        raise RefusedError(refusals.invalid_query(operation, "Limit", "numeric"))
    limit = int(text or 0)
    if limit > maximum:
        raise RefusedError(refusals.invalid_query(operation, "Limit", "lte"))
    if limit < 0:
        raise RefusedError(refusals.invalid_query(operation, "Limit", "gte"))
    return Span(operation, limit or min(LIMIT_DEFAULT, maximum), _below(query, operation))


def page(newest_first: Iterable[T], wanted: Span) -> tuple[list[T], str]:
    """The rows of a page and the cursor of the next one, empty where there is none."""
    rows: list[T] = []
    for row in newest_first:
        if wanted.below is not None and row.serial >= wanted.below:
            continue
        if len(rows) == wanted.limit:
            return rows, wanted.cursor(rows[-1].serial)
        rows.append(row)
    return rows, ""


def _below(query: Mapping[str, str], operation: str) -> int | None:
    text = query.get("cursor", "")
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
    scope, _, serial = raw.partition(":")
    return int(serial) if scope == operation and serial.isdecimal() else None
