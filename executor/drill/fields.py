"""Which keys the parsers name: read from their SQL, so that no list of them can fall behind."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kwx_core.store.catalog import FEEDS
from kwx_core.store.queries import select

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Named = tuple[tuple[str, ...], bool]

LITERAL = r"'((?:[^']|'')*)'"
REPLACED = re.compile(rf"replace\(\s*{LITERAL},\s*{LITERAL},\s*{LITERAL}\)", re.DOTALL)
SCHEMA = re.compile(r"'(\s*[\[{][^']*[\]}]\s*)'")
ARROW = re.compile(r"(\w+)\s*->>?\s*'\$\.(\w+)'")
# place.hourly['time'], and the keys of a map that are told by a pattern.
SUBSCRIPT = re.compile(r"\.(\w+)\['(\w+)'\]")
PATTERNED = re.compile(
    r"map_entries\(\w+\.(\w+)\),\s*one -> regexp_full_match\(one\.key, '(\w+)[^']*'\)", re.DOTALL
)
# Names that are money, in dollars or in cents; strikes and expiration values are degrees.
MONEY = re.compile(
    r".*_(dollars|cents|fixed|cost|bid|ask|price)|price|balance|revenue|value|portfolio_value"
    r"|settlement_value|yes|no"
)


@dataclass(frozen=True, order=True)
class Field:
    """A key that a parser names, and the keys that lead to it from the body's root.

    `name` is how findings speak of it: the path below the feed's list of records. Where the
    parser takes every key that begins so, `is_prefix` says it.
    """

    feed: str
    name: str
    path: tuple[str, ...]
    is_prefix: bool = False

    @property
    def is_money(self) -> bool:
        """Whether dollars and cents can be mistaken for each other here."""
        return MONEY.fullmatch(self.path[-1]) is not None


def fields(record_paths: Mapping[str, str]) -> list[Field]:
    """Every key of every feed in `record_paths` (feed → JSON path of its records), in order."""
    found = set()
    for noun, feeds in FEEDS.items():
        named = list(keys(select("parsed", noun)))
        for feed in set(feeds) & set(record_paths):
            within = tuple(part for part in record_paths[feed].strip("$").split(".") if part)
            foreign = _foreign(named, within)
            found |= {
                Field(feed, _name(path, within), path, is_prefix)
                for path, is_prefix in named
                if path[0] not in foreign
            }
    return sorted(found)


def keys(query: str) -> Iterator[Named]:
    """The paths of every key that a statement names in its body, and whether it is a prefix."""
    text = re.sub(r"--[^\n]*", "", query)
    whole = REPLACED.sub(lambda m: f"'{m[1].replace(m[2], m[3])}'", text)
    schemas = [json.loads(found) for found in SCHEMA.findall(whole) if '"' in found]
    for schema in schemas:
        yield from ((path, False) for path in _paths(schema) if path)
    for outer, inner in SUBSCRIPT.findall(text):
        yield (outer, inner), False
    for outer, start in PATTERNED.findall(text):
        yield (outer, start), True
    yield from ((path, False) for path in _arrows(text))


def _paths(schema: Any) -> Iterator[tuple[str, ...]]:
    """Every key of a from_json schema; lists lead nowhere, the words of types are leaves."""
    if isinstance(schema, list):
        yield from _paths(schema[0])
    elif isinstance(schema, dict):
        for key, value in schema.items():
            yield (key,)
            yield from ((key, *path) for path in _paths(value))


def _arrows(text: str) -> Iterator[tuple[str, ...]]:
    """JSON paths: of the body itself, and of what was taken out of it."""
    found = ARROW.findall(text)
    outer = [key for base, key in found if re.search(rf"body::json\b[^\n]*\bas {base}\b", text)]
    for base, key in found:
        if key in outer and base != "body":
            yield (key,)
    for base, key in found:
        if key not in outer:
            yield from ((container, key) for container in outer if _leads(text, container, base))


def _leads(text: str, container: str, base: str) -> bool:
    return re.search(rf"'\$\.{container}'[^\n]*\bas {base}\b", text) is not None


def _foreign(named: list[Named], within: tuple[str, ...]) -> set[str]:
    """Keys under which another feed of the same parser has the list that this one has itself."""
    return {path[0] for path, _ in named if within and within[0] in path[1:]}


def _name(path: tuple[str, ...], within: tuple[str, ...]) -> str:
    """The way to a key from the feed's records; a key beside or above them has its whole path."""
    is_inside = path[: len(within)] == within and len(path) > len(within)
    return ".".join(path[len(within) :] if is_inside else path)
