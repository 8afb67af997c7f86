"""Records spoiled by a seeded hand: dropped, emptied, retyped, nested, cut, huge, told twice.

A spoiled record is its JSON text, and what a reader may take it for: one reading, or two where a
key is told twice.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

Record = dict[str, Any]
Spoiled = tuple[str, list[Record], str]

WORDS = (
    "", " ", "0", "-1", "1e3", "NaN", "inf", "-Infinity", "null", "true", "[]", "{}", "0x1f",
    "\uff11",
    "0.1234567", "0.30000000", "00.30", "+0.30", " 0.30", "0,30", "1.", ".5", "--1", "1_000",
    "99999999999999999999", "maybe", "YES", "yes ", "2026-02-30T12:00:00Z", "2026-06-10T14:30:00",
    "2026-06-10 14:30:00Z", "1781101800", "a\u0000b", "\U0001f321",
    "'; drop table parsed.fills; --",
)  # fmt: skip
THINGS = (
    None, True, False, 0, -1, 1, 3, 10**15, 10**300, 0.3, 1e308, 5e-324, float("nan"),
    float("inf"), 0.1 + 0.2, [], {}, [[]], {"": None}, [None],
)  # fmt: skip
HUGE = (100, 5_000)
DEEP = (50, 250)


def spoiled(record: Record, chance: random.Random) -> Spoiled:
    """One record with one or two things wrong, as text; its readings; what was done."""
    changed, done = dict(record), []
    for _ in range(chance.choice((1, 1, 1, 2))):
        how = chance.choice(MUTATIONS)
        key = chance.choice(list(record))
        if key in changed:
            how(changed, key, chance)
            done.append(f"{how.__name__} {key}")
    if chance.random() < 0.1:
        return *_told_twice(changed, chance), "; ".join([*done, "told twice"])
    if chance.random() < 0.02:
        thing = chance.choice([1, "text", [], None, [changed], True])
        return _text(thing, chance), [{}], f"no object but {thing!r:.40}"
    return _text(changed, chance), [changed], "; ".join(done)


def _dropped(record: Record, key: str, _chance: random.Random) -> None:
    del record[key]


def _emptied(record: Record, key: str, _chance: random.Random) -> None:
    record[key] = None


def _retyped(record: Record, key: str, chance: random.Random) -> None:
    value = record[key]
    if isinstance(value, str):
        try:
            record[key] = chance.choice((float, int))(value)
        except ValueError:
            record[key] = chance.choice(THINGS)
    else:
        record[key] = chance.choice((str(value), str(value).lower(), [value]))


def _reworded(record: Record, key: str, chance: random.Random) -> None:
    record[key] = chance.choice(WORDS)


def _replaced(record: Record, key: str, chance: random.Random) -> None:
    record[key] = chance.choice(THINGS)


def _swapped(record: Record, key: str, chance: random.Random) -> None:
    record[key] = record[chance.choice(list(record))]


def _nested(record: Record, key: str, chance: random.Random) -> None:
    record[key] = chance.choice(([record[key]], {"value": record[key]}, {key: record[key]}))


def _cut(record: Record, key: str, chance: random.Random) -> None:
    text = str(record[key])
    record[key] = text[: chance.randrange(len(text) + 1)]


def _huge(record: Record, key: str, chance: random.Random) -> None:
    size = chance.choice(HUGE)
    record[key] = chance.choice(("9" * size, "x" * size, 10 ** min(size, 4_000), "0." + "1" * size))


def _deep(record: Record, key: str, chance: random.Random) -> None:
    value: Any = record[key]
    for _ in range(chance.choice(DEEP) if chance.random() < 0.05 else 20):
        value = [value] if chance.random() < 0.5 else {"a": value}
    record[key] = value


def _padded(record: Record, key: str, _chance: random.Random) -> None:
    value = record[key]
    if isinstance(value, str) and "." in value and value.replace(".", "").isdigit():
        record[key] = value + "0000"


def _joined(record: Record, key: str, chance: random.Random) -> None:
    record[f"{key}_{chance.randrange(9)}"] = chance.choice((*WORDS, *THINGS))


MUTATIONS: tuple[Callable[[Record, str, random.Random], None], ...] = (
    _dropped, _emptied, _retyped, _reworded, _replaced, _swapped, _nested, _cut, _huge, _deep,
    _padded, _joined,
)  # fmt: skip


def _told_twice(record: Record, chance: random.Random) -> tuple[str, list[Record]]:
    if not record:
        return "{}", [record]
    key = chance.choice(list(record))
    other = record | {key: chance.choice((*WORDS, *THINGS, record[key]))}
    again = json.dumps({key: other[key]})
    return f"{json.dumps(record)[:-1]}, {again[1:]}", [record, other]


def _text(value: Any, chance: random.Random) -> str:
    if isinstance(value, dict) and chance.random() < 0.3:
        keys = list(value)
        chance.shuffle(keys)
        value = {key: value[key] for key in keys}
    indent = chance.choice((None, None, 1))
    return json.dumps(value, ensure_ascii=chance.random() < 0.5, indent=indent)
