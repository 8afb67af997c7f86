"""The cases of the drill: what goes wrong, what merely changes, and how a body shows it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from executor.paper.faults import mutate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

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
UNHEARD: dict[str, list[object]] = {"items": []}
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
    if case.mutation in OF_THE_TEXT:
        return OF_THE_TEXT[case.mutation](body)
    said = opened(body)
    if case.mutation in OF_A_FIELD:
        return written(_with_field(case, said))
    if case.mutation == "new_value":
        return written(_reworded(said, case.path[0]))
    return written(OF_THE_BODY[case.mutation](said))


def is_of_bodies(case: Case) -> bool:
    """Whether a case is a change of bodies alone, whatever was asked and when."""
    is_list = case.mutation == "duplicate_page" and case.feed != "metar"
    bodily = {*OF_A_FIELD, *OF_THE_BODY, *OF_THE_TEXT, "new_value"}
    return case.mutation in bodily and not is_list


def is_changed(case: Case, body: bytes) -> bool:
    """Whether the case changes a body at all."""
    return spoiled(case, body) != (body if case.mutation in OF_THE_TEXT else written(opened(body)))


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


def _with_key(body: Any, value: object = "a new word") -> Any:
    for record in list(_records(body)):
        record[PROBE] = value
    return body


def _with_key_above(body: Any) -> Any:
    return body | {PROBE: 1} if isinstance(body, dict) else body


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


# What the body may change in, and what only its text: the words stay the same.
OF_THE_BODY: dict[str, Callable[[Any], Any]] = {
    "duplicate_page": lambda body: [one for one in body for _ in (1, 2)],
    "new_key": _with_key,
    "nested_key": lambda body: _with_key(body, {"words": ["a", None], "count": 1}),
    "new_key_above": _with_key_above,
    "key_order": _reversed,
}
OF_THE_TEXT: dict[str, Callable[[bytes], bytes]] = {
    "trailing_zeros": lambda body: NUMBER.sub(_padded, body.decode()).encode(),
    "white_space": lambda body: json.dumps(opened(body), indent=2).encode(),
    "escaped_words": lambda body: json.dumps(opened(body), separators=(",", ":")).encode(),
}
