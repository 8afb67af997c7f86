"""What an answer of the exchange proves, and what it does not.

Every rule stands beside the page of docs.kalshi.com it obeys, or beside what was seen on
the wire and when. A rule may say `rejected` only where it is proven that the order did not
reach the matching engine; whatever proves neither is `unknown`, and blocks.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

CODE_LIMIT = 64
MESSAGE_LIMIT = 200
SUCCESS = range(200, 300)
NOT_FOUND = 404
CLOCK_CODE = "header_timestamp_expired"

State = Literal["accepted", "rejected", "unknown", "cancelled"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the exchange's answer proves about one intent, ready for posted.outcomes.

    `is_wait` marks what passes with time and was no judgement of the order: a pause, the
    rate limit, our clock, no connection. `order_id` is never None when accepted.
    """

    state: State
    order_id: str | None = None
    code: str | None = None
    message: str | None = None
    evidence: Literal["response"] = "response"
    is_wait: bool = False


# No connection was made, or a halt came first: the order provably did not leave.
NOT_SENT = Outcome("rejected", None, "not_sent", "the request never left", is_wait=True)


def outcome_of_create(
    status: int | None, body: bytes, *, client_order_id: str | None = None, is_sent: bool = True
) -> Outcome:
    """Read the answer to a create; status None = none came, `is_sent` as the Answer says.

    With `client_order_id`, an acknowledgement of another order counts for nothing.
    """
    if not is_sent:
        return NOT_SENT
    if status in SUCCESS:
        # create-order-v2 promises 201 with order_id; the echo of our id is optional there. A
        # 2xx without an order was reported of a dead endpoint: it proves nothing.
        return _acknowledged("accepted", body, "client_order_id", client_order_id)
    return _refused(status, body)


def outcome_of_cancel(
    status: int | None, body: bytes, *, order_id: str | None = None, is_sent: bool = True
) -> Outcome:
    """Read the answer to a cancel. Source: cancel-order-v2.

    With `order_id`, an answer that speaks of another order counts for nothing: the changelog
    of 2026-05-21 knows of such answers.
    """
    if not is_sent:
        return NOT_SENT
    if status in SUCCESS:
        return _acknowledged("cancelled", body, "order_id", order_id)
    if status == NOT_FOUND:
        # Word for word the same for an order cancelled, filled or never known (2026-06-11):
        # "not found" must not be read as "cancelled".
        return Outcome("unknown", None, *error_of(body))
    return _refused(status, body)


def error_of(body: bytes) -> tuple[str | None, str]:
    """Give (code, message) of an error body, in any of the four shapes seen on the wire.

    The specification knows the flat shape only; 17 of 19 recorded bodies are nested
    (2026-06-11). A body in no such shape has no code and a message that quotes none of it.
    """
    match _parsed(body):
        case {"error": {"code": str() as code, **rest}}:  # orders, authentication
            return _code(code), _message(rest)
        case {"error": str() as message}:  # getting_started/rate_limits
            return None, _line(message)
        case {"code": str() as code, **rest}:  # a request that could not be decoded
            return _code(code), _message(rest)
        case {"msg": str() as message}:  # a query that could not be validated
            return None, _line(message)
    return None, _shapeless(body)


def next_cursor(body: bytes) -> str | None:
    """Where the next page starts; "" after the last one; None if the body does not say.

    None must not be taken for the end of a list whose completeness is evidence. Only
    positions and settlements may leave the field out. Source: getting_started/pagination,
    which says null where the wire (2026-06-11) has an empty string: both end a list.
    """
    match _parsed(body):
        case {"cursor": str() as cursor}:
            return cursor
        case {"cursor": None}:
            return ""
    return None


def _acknowledged(state: State, body: bytes, echo: str, expected: str | None) -> Outcome:
    """Accept an acknowledgement that names an order, and no other than ours."""
    match _parsed(body):
        case {"order_id": str() as order_id, **rest} if order_id.strip():
            echoed = {"order_id": order_id, **rest}.get(echo) or expected
            if expected is None or echoed == expected:
                return Outcome(state, order_id)
            return Outcome("unknown", None, None, f"the answer speaks of another {echo}")
    return Outcome("unknown", None, None, "a success that names no order")


def _refused(status: int | None, body: bytes) -> Outcome:
    """Sort what is no success into proofs of absence and everything else, which is unknown.

    `str()` beside a status asks for a code: the exchange itself must have spoken, since a
    proxy's page proves nothing. Checked against the recorded bodies on 2026-11-22.
    """
    code, message = error_of(body) if status is not None else (None, "no answer came")
    state: State = "unknown"  # 5xx, timeouts, redirects, codes of tomorrow
    is_wait = False
    match status, code:
        # It landed, now or earlier; the body names no order, the order list does. An id is
        # not freed by a cancel either (2026-06-11).
        case _, "order_already_exists":
            pass
        # getting_started/market_lifecycle: no order is taken during a pause, of the exchange
        # or of one market (seen 2026-07). It did not land.
        case 409, str() if "paused" in code:
            state, is_wait = "rejected", True
        # The engine killed it whole (2026-09-28): nothing rests, nothing filled.
        case 409, "fill_or_kill_insufficient_resting_volume":
            state = "rejected"
        # getting_started/api_keys: signatures are checked before anything is read. A skewed
        # clock is put right, and the next tick decides anew.
        case ((401 | 403), str()):
            state, is_wait = "rejected", code == CLOCK_CODE
        # create-order-v2: validation, balance, price grid and post-only come before the book;
        # 404 is an unknown market, 410 an endpoint that is gone (since 2026-06-25).
        case ((400 | 404 | 410), str()):
            state = "rejected"
        # The `msg` shape has no code; parameter validation speaks it.
        case 400, None if _is_validation(body):
            state = "rejected"
        # getting_started/rate_limits does not say where the limit is counted, so the order is
        # not proven absent. Waiting helps all the same.
        case 429, _:
            is_wait = True
    return Outcome(state, None, code, message, is_wait=is_wait)


def _is_validation(body: bytes) -> bool:
    match _parsed(body):
        case {"msg": str()}:
            return True
    return False


def _code(code: str) -> str:
    """Cut what varies: a code may carry an id behind a colon (`user_not_found:_…`, 2026-06)."""
    return _line(code.partition(":")[0])[:CODE_LIMIT]


def _message(fields: Mapping[object, object]) -> str:
    """Join message and details, where both are text and say different things."""
    texts = (fields.get("message"), fields.get("details"))
    parts = [text for text in texts if isinstance(text, str)]
    return _line(": ".join(dict.fromkeys(parts))) or "no message"


def _line(text: str) -> str:
    """One printable line of bounded length: it goes into logs, rows and a terminal."""
    line = " ".join(text.split())[:MESSAGE_LIMIT]
    return "".join(letter for letter in line if letter.isprintable())


def _shapeless(body: bytes) -> str:
    if not body.strip():
        return "an empty body"
    return "not JSON" if _parsed(body) is None else "JSON that says nothing of an error"


def _parsed(body: bytes) -> object:
    """Read JSON; None where it is none (too deep, too long a number, cut off, HTML)."""
    try:
        parsed: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return parsed
