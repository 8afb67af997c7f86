"""The cases of the drill: what goes wrong, what merely changes, and how a body shows it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from executor.paper.faults import doubled, mutate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from executor.drill.fields import Field
    from executor.paper.faults import Mutation

# The drill's names for what paper/faults.py does to one key.
OF_A_FIELD: dict[str, Mutation] = {
    "drop": "vanish", "null": "null", "type": "retype", "rename": "rename", "rescale": "rescale",
}  # fmt: skip
OF_A_LIST = ("duplicate_page", "lost_page", "lost_first_page")
OF_A_FEED = ("no_body", "no_content")
# Told by the clock: judged when the feed's cadence and the tolerance have passed.
OF_THE_CLOCK = ("stale", "no_answer")
HARMLESS = (
    "new_key", "new_key_above", "key_order", "trailing_zeros", "white_space", "escaped_words",
    "slow_answers", "nested_key",
)  # fmt: skip
# Keys that nobody reads and whose words may change: the first string of the feed's reference.
UNUSED_WORD = "a word nobody has sent before"
UNHEARD = {"items": []}
PROBE = "drill_probe"
NUMBER = re.compile(r'"(-?\d+\.\d+)"|(?<=[:\[,])(-?\d+\.\d+)(?=[,\]}])')


@dataclass(frozen=True, order=True)
class Case:
    """One thing that goes wrong (or merely changes) in one feed, from the first tick on."""

    feed: str
    field: str | None
    mutation: str
    is_benign: bool = False
    path: tuple[str, ...] = ()
    is_prefix: bool = False

    @property
    def is_of_the_clock(self) -> bool:
        """Whether it is judged at the feed's cadence and tolerance, not in its first tick."""
        return self.mutation in OF_THE_CLOCK


def cases(used: Iterable[Field], unused: Mapping[str, str], paged: Iterable[str]) -> list[Case]:
    """Everything that the drill tries.

    `used` are the keys the parsers name, `unused` (feed → key) one word a feed that no parser
    reads, and `paged` the feeds whose lists come in pages.
    """
    used = list(used)
    feeds = sorted({field.feed for field in used})
    return [
        *(case for field in used for case in _of_field(field)),
        *(Case(feed, None, name) for feed in feeds for name in (*OF_A_FEED, *OF_THE_CLOCK)),
        *(Case(feed, None, name) for feed in sorted(paged) for name in OF_A_LIST),
        Case("metar", None, "duplicate_page"),
        *(Case(feed, None, name, is_benign=True) for feed in feeds for name in HARMLESS),
        *(Case(feed, None, "empty_page", is_benign=True) for feed in sorted(paged)),
        *(
            Case(feed, field, "new_value", is_benign=True, path=(field,))
            for feed, field in sorted(unused.items())
        ),
    ]


def _of_field(field: Field) -> Iterator[Case]:
    for mutation in OF_A_FIELD:
        if mutation != "rescale" or field.is_money:
            yield Case(field.feed, field.name, mutation, path=field.path, is_prefix=field.is_prefix)


def opened(body: bytes) -> Any:
    """A body as JSON says it."""
    return json.loads(body)


def written(body: Any) -> bytes:
    """A body as the exchange writes it."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def spoiled(case: Case, body: bytes) -> bytes:
    """The body as the case has it."""
    if case.mutation in OF_A_FIELD:
        return written(_with_field(case, opened(body)))
    said = opened(body)
    match case.mutation:
        case "duplicate_page":
            return written(doubled({"fills": said})["fills"])
        case "new_key":
            return written(_with_key(said, "a new word"))
        case "nested_key":
            return written(_with_key(said, {"words": ["a", None], "count": 1}))
        case "new_key_above":
            return written(said | {PROBE: 1} if isinstance(said, dict) else said)
        case "new_value":
            return written(_reworded(said, case.path[0]))
        case "key_order":
            return written(_reversed(said))
        case "trailing_zeros":
            return NUMBER.sub(_padded, body.decode()).encode()
        case "white_space":
            return json.dumps(said, indent=2).encode()
        case "escaped_words":
            return json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode()
    return body


def _with_field(case: Case, body: Any) -> Any:
    """The key goes wrong wherever it is; one that the feed does not send appears, unheard of."""
    *outer, name = case.path
    parents = list(_reached(body, outer))
    places = [
        (parent, key)
        for parent in parents
        for key in list(parent)
        if key == name or (case.is_prefix and key.startswith(name))
    ]
    if places:
        for parent, key in places:
            mutate(parent, key, OF_A_FIELD[case.mutation], f"{key}_renamed")
    elif case.mutation in ("null", "type"):
        for parent in parents:
            parent[name] = None if case.mutation == "null" else UNHEARD
    return body


def _reached(body: Any, path: list[str]) -> Iterator[dict[str, Any]]:
    """The objects at the end of a path; lists are gone through."""
    if isinstance(body, list):
        for one in body:
            yield from _reached(one, path)
    elif isinstance(body, dict):
        if path:
            yield from _reached(body.get(path[0]), path[1:])
        else:
            yield body


def _records(body: Any) -> Iterator[dict[str, Any]]:
    """Every object of a body but the body itself, unless it holds nothing else."""
    found = [one for one in _objects(body) if one is not body]
    yield from found or [one for one in [body] if isinstance(one, dict)]


def _objects(body: Any) -> Iterator[dict[str, Any]]:
    if isinstance(body, dict):
        yield body
    for one in body.values() if isinstance(body, dict) else body if isinstance(body, list) else ():
        yield from _objects(one)


def _with_key(body: Any, value: object) -> Any:
    for record in list(_records(body)):
        record[PROBE] = value
    return body


def _reworded(body: Any, name: str) -> Any:
    for record in _objects(body):
        if isinstance(record.get(name), str):
            record[name] = UNUSED_WORD
    return body


def _reversed(body: Any) -> Any:
    if isinstance(body, dict):
        return {key: _reversed(body[key]) for key in reversed(body)}
    return [_reversed(one) for one in body] if isinstance(body, list) else body


def _padded(found: re.Match[str]) -> str:
    """A number with two more decimals, in words or bare."""
    return f'"{found[1]}00"' if found[1] else f"{found[2]}00"
