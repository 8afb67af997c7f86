"""Orders as they come over HTTP: decoded strictly, numbers only as strings."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from executor.paper import refusals, wire
from executor.paper.calls import Answer
from executor.paper.listing import Ack, OrderRequest, Refusal
from executor.paper.paging import RefusedError

if TYPE_CHECKING:
    from executor.paper.calls import Call

# The kinds that the exchange's decoder expects; it names the first field that disappoints.
FIELDS = {
    "ticker": "string",
    "side": "string",
    "count": "string",
    "price": "string",
    "time_in_force": "string",
    "self_trade_prevention_type": "string",
    "client_order_id": "string",
    "expiration_time": "int64",
    "post_only": "bool",
    "reduce_only": "bool",
    "cancel_order_on_pause": "bool",
    "order_group_id": "string",
    "subaccount": "int",
    "exchange_index": "int",
}
NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?")
REQUIRED = ("ticker", "side", "count", "price", "time_in_force", "self_trade_prevention_type")


def create(call: Call) -> Answer:
    """Place an order: 201 and a flat body, without a status."""
    answer = call.exchange.place(call.account.account_id, _request(_decoded(call.body)))
    if isinstance(answer, Refusal):
        raise RefusedError(answer)
    return Answer(201, _ack(answer))


def cancel(call: Call) -> Answer:
    """Cancel one order."""
    answer = call.exchange.cancel(call.account.account_id, call.path["order_id"])
    if isinstance(answer, Refusal):
        raise RefusedError(answer)
    body: dict[str, object] = {
        "order_id": answer.order_id,
        "reduced_by": wire.count(answer.reduced_by),
        "ts_ms": wire.milliseconds(answer.cancelled_at),
    }
    return Answer(200, body)


def cancel_all(call: Call) -> Answer:
    """Cancel everything that rests; what the real one answers has not been recorded."""
    if not call.exchange.floor.is_exchange_active:
        raise RefusedError(refusals.EXCHANGE_PAUSED)
    call.exchange.cancel_all(call.account.account_id)
    return Answer(200, {})


def legacy(_call: Call) -> Answer:
    """The endpoints that were switched off in June 2026."""
    raise RefusedError(refusals.LEGACY_ENDPOINT)


def _ack(ack: Ack) -> dict[str, object]:
    body: dict[str, object] = {
        "fill_count": wire.count(ack.fill_count),
        "order_id": ack.order_id,
        "remaining_count": wire.count(ack.remaining_count),
        "ts_ms": wire.milliseconds(ack.placed_at),
    }
    if ack.client_order_id is not None:
        body["client_order_id"] = ack.client_order_id
    if ack.average_fill_price is not None and ack.average_fee_paid is not None:
        body["average_fill_price"] = wire.price(ack.average_fill_price)
        body["average_fee_paid"] = wire.price(ack.average_fee_paid)
    return body


def _decoded(body: bytes) -> dict[str, object]:
    try:
        order = json.loads(body)
    except ValueError as error:
        details = "EOF" if not body.strip() else "invalid character in request body"
        raise RefusedError(refusals.undecodable(details)) from error
    if not isinstance(order, dict):
        details = _mismatch(order, "", "models.CreateOrderV2Request")
        raise RefusedError(refusals.undecodable(details))
    for name, value in order.items():
        kind = FIELDS.get(name)
        if kind is not None and value is not None and not _is_of(kind, value):
            raise RefusedError(refusals.undecodable(_mismatch(value, name, kind)))
    return order


def _is_of(kind: str, value: object) -> bool:
    if kind == "string":
        return isinstance(value, str)
    if kind == "bool":
        return isinstance(value, bool)
    return isinstance(value, int) and not isinstance(value, bool)


def _mismatch(value: object, name: str, kind: str) -> str:
    kinds = {bool: "bool", int: "number", float: "number", str: "string", list: "array"}
    found = kinds.get(type(value), "object")
    if not name:
        return f"json: cannot unmarshal {found} into Go value of type {kind}"
    field = f"CreateOrderV2Request.{name}"
    return f"json: cannot unmarshal {found} into Go struct field {field} of type {kind}"


def _request(order: dict[str, object]) -> OrderRequest:
    missing = [name for name in REQUIRED if not order.get(name)]
    if missing:
        raise RefusedError(refusals.invalid_parameters(f"{missing[0]} is required"))
    expires = order.get("expiration_time")
    client_order_id = order.get("client_order_id")
    return OrderRequest(
        ticker=str(order["ticker"]),
        side=order["side"],  # type: ignore[arg-type]
        count=_decimal(order, "count"),
        price=_decimal(order, "price"),
        time_in_force=order["time_in_force"],  # type: ignore[arg-type]
        client_order_id=str(client_order_id) if client_order_id else None,
        post_only=bool(order.get("post_only")),
        expires_at=_moment(expires) if isinstance(expires, int) and expires else None,
        self_trade_prevention_type=order["self_trade_prevention_type"],  # type: ignore[arg-type]
        reduce_only=bool(order.get("reduce_only")),
    )


def _decimal(order: dict[str, object], name: str) -> Decimal:
    text = str(order[name])
    if not NUMBER.fullmatch(text):
        raise RefusedError(refusals.invalid_parameters(f"{name} is not a decimal number"))
    return Decimal(text)


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        refusal = refusals.invalid_parameters("expiration_time is out of range")
        raise RefusedError(refusal) from error
