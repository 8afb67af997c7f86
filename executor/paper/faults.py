"""Switches that spoil the exchange's answers from a given moment on."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

Json = dict[str, object]
Mutation = Literal["vanish", "null", "zero", "retype", "rescale", "set", "rename"]
Action = Literal["lose", "gateway", "delay", "double"]

# Where the records of a feed lie in a body: a key that holds one record or a list of them.
RECORDS = {
    "markets": ("markets", "market"),
    "events": ("events", "event"),
    "series": ("series",),
    "trades": ("trades",),
    "orderbook": ("orderbook_fp",),
    "orders": ("orders", "order"),
    "fills": ("fills",),
    "settlements": ("settlements",),
    "positions": ("market_positions",),
    "historical_fills": ("fills",),
    "historical_orders": ("orders",),
    "historical_markets": ("markets", "market"),
    "event_positions": ("event_positions",),
}


@dataclass(frozen=True, slots=True)
class FieldFault:
    """A field of a feed's records goes wrong within a half-open span of simulated time.

    Feeds are the keys of RECORDS, and for flat bodies the endpoint's name (`balance`,
    `create`, `cancel`, `status`, `limits`, `user_data_timestamp`). A field that begins with
    a slash is a key of the body itself (`/cursor`). `value` belongs to `set` and `rename`.
    """

    feed: str
    field: str
    mutation: Mutation
    since: datetime | None = None
    until: datetime | None = None
    value: object = None

    def holds(self, now: datetime) -> bool:
        """Whether it is in force."""
        return _holds(self.since, self.until, now)


@dataclass(slots=True)
class AnswerFault:
    """The nth requests of an endpoint (all, where none is named) are answered badly.

    `lose` executes the request and drops the connection, `gateway` executes it and answers
    502, `delay` answers after `seconds` of real time. `double` lets a mutation reach the
    exchange twice (the client hears the second answer) and a list carry every record twice.
    Requests are counted from one, from the moment the fault is in force.
    """

    endpoint: str
    action: Action
    nth: frozenset[int] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    seconds: float = 0.0
    seen: int = 0

    def strikes(self, endpoint: str, now: datetime) -> bool:
        """Whether it strikes this request; counts it."""
        if self.endpoint not in ("*", endpoint) or not _holds(self.since, self.until, now):
            return False
        self.seen += 1
        return not self.nth or self.seen in self.nth


@dataclass(slots=True)
class Faults:
    """All switches of one exchange, and a log of the answers they struck."""

    fields: list[FieldFault] = field(default_factory=list)
    answers: list[AnswerFault] = field(default_factory=list)
    struck: list[tuple[datetime, str, str]] = field(default_factory=list)

    def add(self, fault: FieldFault | AnswerFault) -> None:
        """Switch one on."""
        if isinstance(fault, FieldFault):
            self.fields.append(fault)
        else:
            self.answers.append(fault)

    def clear(self) -> None:
        """Switch all off."""
        self.fields.clear()
        self.answers.clear()

    def striking(self, endpoint: str, now: datetime) -> list[AnswerFault]:
        """The answer faults that strike this request."""
        found = [fault for fault in self.answers if fault.strikes(endpoint, now)]
        self.struck.extend((now, endpoint, fault.action) for fault in found)
        return found

    def spoil(self, endpoint: str, body: Json, now: datetime) -> None:
        """Let the field faults in force loose on a body, which was built for one request."""
        for fault in self.fields:
            if fault.holds(now):
                for record in _records(fault, endpoint, body):
                    mutate(record, fault.field.removeprefix("/"), fault.mutation, fault.value)


def mutate(record: Json, name: str, mutation: Mutation, value: object = None) -> None:
    """Let one key of a record go wrong; one that it does not have can only be set."""
    if mutation == "set":
        record[name] = value
    elif name in record:
        was = record.pop(name)
        if mutation == "rename":
            record[str(value)] = was
        elif mutation != "vanish":
            record[name] = _MUTATIONS[mutation](was)


def doubled(body: Json) -> Json:
    """A list's body with every record twice; any other body as it is."""
    return {key: _twice(key, value) for key, value in body.items()}


def _twice(key: str, value: object) -> object:
    if isinstance(value, list) and any(key in keys for keys in RECORDS.values()):
        return [record for record in value for _ in (1, 2)]
    return value


def _holds(since: datetime | None, until: datetime | None, now: datetime) -> bool:
    return (since is None or now >= since) and (until is None or now < until)


def _records(fault: FieldFault, endpoint: str, body: Json) -> list[Json]:
    if fault.field.startswith("/"):
        return [body] if fault.feed == endpoint else []
    if fault.feed not in RECORDS:
        return [body] if fault.feed == endpoint else []
    found: list[Json] = []
    for key in RECORDS[fault.feed]:
        found += _of(body.get(key))
        # An event may carry its markets inside.
        for outer in _of(body.get("event")) + _of(body.get("events")):
            found += _of(outer.get(key))
    return found


def _of(value: object) -> list[Json]:
    if isinstance(value, dict):
        return [value]
    if isinstance(value, list):
        return [record for record in value if isinstance(record, dict)]
    return []


def _retyped(value: object) -> object:
    """The same content in another JSON type."""
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return _number(value)
    return {"items": value} if isinstance(value, list) else [value]


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return [text]


def _rescaled(value: object) -> object:
    """Dollars in words become cents, whole cents become dollars; in lists the price, the first."""
    if isinstance(value, list):
        is_level = bool(value) and not isinstance(value[0], list)
        return [_rescaled(value[0]), *value[1:]] if is_level else [_rescaled(v) for v in value]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return value
    if isinstance(value, int):
        return value / 100
    if isinstance(value, float):
        return value * 100
    try:
        return f"{Decimal(value) * 100:f}"
    except InvalidOperation:
        return value


def _zeroed(value: object) -> object:
    """Nothing, in the same JSON type and with the same decimals."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return 0
    if isinstance(value, str):
        is_number = isinstance(_number(value), float)
        return "".join("0" if c.isdigit() else c for c in value.lstrip("-")) if is_number else ""
    return [] if isinstance(value, list) else {}


_MUTATIONS: dict[str, Callable[[object], object]] = {
    "null": lambda _value: None,
    "zero": _zeroed,
    "retype": _retyped,
    "rescale": _rescaled,
}
