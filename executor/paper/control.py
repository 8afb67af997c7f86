"""The levers of a paper exchange in another process: loopback only, unsigned."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse
from starlette.routing import Route

from executor.paper import opening
from executor.paper.clock import SimulatedClock
from executor.paper.faults import AnswerFault, FieldFault
from executor.paper.listing import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from executor.paper.exchange import Exchange
    from executor.paper.faults import Faults

PATH = "/paper/control"
LOOPBACK = ("127.0.0.1", "::1")

Row = dict[str, Any]


def control_routes(exchange: Exchange, faults: Faults) -> list[Route]:
    """POST /paper/control/{lever} with a JSON object, GET /paper/control/account/{id}."""

    async def pull(request: Request) -> Response:
        lever = LEVERS.get(request.path_params["lever"])
        if not _is_local(request) or lever is None:
            return JSONResponse({"error": "no such lever"}, 404)
        try:
            row = await request.json() if await request.body() else {}
            with exchange.lock:
                return JSONResponse(_plain(lever(exchange, faults, row)))
        except (KeyError, TypeError, ValueError) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)

    async def account(request: Request) -> Response:
        account_id = request.path_params["account_id"]
        if not _is_local(request) or account_id not in exchange.floor.accounts:
            return JSONResponse({"error": "no such account"}, 404)
        return JSONResponse(_plain(exchange.account(account_id)))

    return [
        Route(PATH + "/account/{account_id}", account, methods=["GET"]),
        Route(PATH + "/{lever}", pull, methods=["POST"]),
    ]


def _is_local(request: Request) -> bool:
    return request.client is not None and request.client.host in LOOPBACK


def _clock(exchange: Exchange, _faults: Faults, row: Row) -> object:
    """{"to": moment}: move a simulated clock; {}: read it."""
    if "to" in row:
        if not isinstance(exchange.clock, SimulatedClock):
            raise ValueError("this exchange runs on the system's clock")
        exchange.clock.advance(opening.moment(row["to"]))
        exchange.advance()
    return {"now": exchange.clock.now()}


def _field_fault(_exchange: Exchange, faults: Faults, row: Row) -> object:
    faults.add(FieldFault(**_timed(row)))
    return {"fields": len(faults.fields)}


def _answer_fault(_exchange: Exchange, faults: Faults, row: Row) -> object:
    faults.add(AnswerFault(**(_timed(row) | {"nth": frozenset(row.get("nth", ()))})))
    return {"answers": len(faults.answers)}


def _clear(_exchange: Exchange, faults: Faults, _row: Row) -> object:
    faults.clear()
    return {}


def _pause(exchange: Exchange, _faults: Faults, row: Row) -> object:
    exchange.pause(row.get("ticker"), is_exchange=bool(row.get("is_exchange")))
    return {}


def _resume(exchange: Exchange, _faults: Faults, row: Row) -> object:
    exchange.resume(row.get("ticker"), is_exchange=bool(row.get("is_exchange")))
    return {}


def _open_account(exchange: Exchange, _faults: Faults, row: Row) -> object:
    opening.open_account(exchange, row)
    return {}


def _list(exchange: Exchange, _faults: Faults, row: Row) -> object:
    exchange.list_event(opening.event(row))
    return {}


def _place(exchange: Exchange, _faults: Faults, row: Row) -> object:
    """An order of any account, as a world places it: `account_id` and the order's names."""
    plain = {k: v for k, v in row.items() if k != "account_id"}
    answer = exchange.place(row["account_id"], opening.request(plain))
    key = "refusal" if isinstance(answer, Refusal) else "ack"
    return {key: answer}


def _cancel_all(exchange: Exchange, _faults: Faults, row: Row) -> object:
    return {"cancelled": len(exchange.cancel_all(row["account_id"], row.get("ticker")))}


def _print(exchange: Exchange, _faults: Faults, row: Row) -> object:
    at = opening.moment(row["traded_at"]) if "traded_at" in row else exchange.clock.now()
    price, count = Decimal(str(row["yes_price"])), Decimal(str(row["count"]))
    side = row["taker_outcome_side"]
    return {"filled": exchange.print_trade(row["ticker"], price, count, side, at)}


def _determine(exchange: Exchange, _faults: Faults, row: Row) -> object:
    value = row.get("settlement_value")
    worth = None if value is None else Decimal(str(value))
    exchange.determine(row["ticker"], row["result"], row.get("expiration_value", ""), worth)
    return {}


def _settle(exchange: Exchange, _faults: Faults, row: Row) -> object:
    exchange.settle(row["ticker"])
    return {}


def _transfer(exchange: Exchange, _faults: Faults, row: Row) -> object:
    """A `deposit` or `withdrawal` of an `amount`; `status` pending = it is on its way."""
    amount, status = Decimal(str(row["amount"])), row.get("status", "applied")
    return {"transfer_id": exchange.transfer(row["account_id"], row["kind"], amount, status)}


def _finish_transfer(exchange: Exchange, _faults: Faults, row: Row) -> object:
    status = row.get("status", "applied")
    exchange.finish_transfer(row["account_id"], row["transfer_id"], status)
    return {}


def _move_to_shard(exchange: Exchange, _faults: Faults, row: Row) -> object:
    amount = Decimal(str(row["amount"]))
    exchange.move_to_shard(row["account_id"], amount, row["exchange_index"])
    return {}


LEVERS: dict[str, Callable[[Exchange, Faults, Row], object]] = {
    "clock": _clock,
    "field_fault": _field_fault,
    "answer_fault": _answer_fault,
    "clear_faults": _clear,
    "pause": _pause,
    "resume": _resume,
    "open_account": _open_account,
    "list_event": _list,
    "place": _place,
    "cancel_all": _cancel_all,
    "print_trade": _print,
    "determine": _determine,
    "settle": _settle,
    "transfer": _transfer,
    "finish_transfer": _finish_transfer,
    "move_to_shard": _move_to_shard,
}


def _timed(row: Row) -> Row:
    times = {k: opening.moment(row[k]) for k in ("since", "until") if row.get(k)}
    return row | times


def _plain(value: object) -> Any:
    """Records, decimals and moments as JSON knows them."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {f.name: _plain(getattr(value, f.name)) for f in fields}
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
