"""The exchange over HTTP: routes, signatures, token buckets, faults."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from executor.paper import archive_desk, order_desk, portfolio_desk, public_desk, refusals
from executor.paper.buckets import COSTS, DEFAULT_COST, Kind
from executor.paper.calls import Answer, Call, refuse
from executor.paper.control import control_routes
from executor.paper.faults import doubled
from executor.paper.listing import Refusal
from executor.paper.paging import RefusedError
from executor.paper.signatures import KEY_HEADER, signer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from executor.paper.accounts import Account
    from executor.paper.exchange import Exchange
    from executor.paper.faults import AnswerFault, Faults

ROOT = public_desk.ROOT


class Endpoint(NamedTuple):
    """One thing that can be asked; its name is how faults speak of it."""

    name: str
    method: str
    path: str
    answer: Callable[[Call], Answer]
    is_signed: bool = True
    kind: Kind = "read"

    @property
    def cost(self) -> int:
        """Tokens a request takes."""
        path = self.path.replace("{", ":").replace("}", "")
        return COSTS.get((self.method, path), DEFAULT_COST)


ENDPOINTS = (
    Endpoint("status", "GET", "/exchange/status", public_desk.exchange_status, is_signed=False),
    Endpoint(
        "user_data_timestamp",
        "GET",
        "/exchange/user_data_timestamp",
        public_desk.user_data_timestamp,
        is_signed=False,
    ),
    Endpoint("trades", "GET", "/markets/trades", public_desk.trades, is_signed=False),
    Endpoint("markets", "GET", "/markets", public_desk.markets, is_signed=False),
    Endpoint("market", "GET", "/markets/{ticker}", public_desk.market, is_signed=False),
    Endpoint(
        "orderbook", "GET", "/markets/{ticker}/orderbook", public_desk.orderbook, is_signed=False
    ),
    Endpoint("events", "GET", "/events", public_desk.events, is_signed=False),
    Endpoint("event", "GET", "/events/{event_ticker}", public_desk.event, is_signed=False),
    Endpoint("fee_changes", "GET", "/series/fee_changes", public_desk.fee_changes, is_signed=False),
    Endpoint("series", "GET", "/series/{series_ticker}", public_desk.series, is_signed=False),
    Endpoint("limits", "GET", "/account/limits", public_desk.limits),
    Endpoint("endpoint_costs", "GET", "/account/endpoint_costs", public_desk.endpoint_costs),
    Endpoint("balance", "GET", "/portfolio/balance", portfolio_desk.balance),
    Endpoint("fills", "GET", "/portfolio/fills", portfolio_desk.fills),
    Endpoint("orders", "GET", "/portfolio/orders", portfolio_desk.orders),
    Endpoint("order", "GET", "/portfolio/orders/{order_id}", portfolio_desk.order),
    Endpoint("positions", "GET", "/portfolio/positions", portfolio_desk.positions),
    Endpoint("settlements", "GET", "/portfolio/settlements", portfolio_desk.settlements),
    Endpoint("deposits", "GET", "/portfolio/deposits", portfolio_desk.deposits),
    Endpoint("withdrawals", "GET", "/portfolio/withdrawals", portfolio_desk.withdrawals),
    Endpoint(
        "intra_exchange_instance_transfers",
        "GET",
        "/portfolio/intra_exchange_instance_transfers",
        portfolio_desk.shard_moves,
    ),
    Endpoint("cutoff", "GET", "/historical/cutoff", archive_desk.cutoff, is_signed=False),
    Endpoint("historical_fills", "GET", "/historical/fills", archive_desk.fills),
    Endpoint("historical_orders", "GET", "/historical/orders", archive_desk.orders),
    Endpoint(
        "historical_markets", "GET", "/historical/markets", archive_desk.markets, is_signed=False
    ),
    Endpoint(
        "historical_market",
        "GET",
        "/historical/markets/{ticker}",
        archive_desk.market,
        is_signed=False,
    ),
    Endpoint("create", "POST", "/portfolio/events/orders", order_desk.create, kind="write"),
    Endpoint(
        "cancel_all", "DELETE", "/portfolio/events/orders", order_desk.cancel_all, kind="write"
    ),
    Endpoint(
        "cancel",
        "DELETE",
        "/portfolio/events/orders/{order_id}",
        order_desk.cancel,
        kind="write",
    ),
    Endpoint("legacy_create", "POST", "/portfolio/orders", order_desk.legacy, kind="write"),
    Endpoint(
        "legacy_cancel", "DELETE", "/portfolio/orders/{order_id}", order_desk.legacy, kind="write"
    ),
    Endpoint("legacy_batch", "POST", "/portfolio/orders/batched", order_desk.legacy, kind="write"),
    Endpoint(
        "legacy_change",
        "POST",
        "/portfolio/orders/{order_id}/{change}",
        order_desk.legacy,
        kind="write",
    ),
)


class DroppedAnswer(Response):
    """No answer at all: the connection breaks after the request has been executed."""

    async def __call__(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        """Break the connection where there is one."""
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        if transport is None:
            raise ConnectionError("the answer was lost")
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


def app(exchange: Exchange, faults: Faults, extra_routes: Sequence[BaseRoute] = ()) -> Starlette:
    """The exchange as an ASGI application: its API, its control route, and what is added."""
    routes: list[BaseRoute] = [
        Route(ROOT + e.path, _respond(exchange, faults, e), methods=[e.method]) for e in ENDPOINTS
    ]
    return Starlette(routes=[*routes, *control_routes(exchange, faults), *extra_routes])


def _respond(exchange: Exchange, faults: Faults, endpoint: Endpoint) -> Callable[..., object]:
    async def respond(request: Request) -> Response:
        body = await request.body()
        with exchange.lock:
            striking = faults.striking(endpoint.name, exchange.clock.now())
            answer = _answer(exchange, endpoint, request, body)
            actions = {fault.action for fault in striking}
            if "double" in actions:
                answer = _twice(exchange, endpoint, request, body, answer)
            if answer.status < HTTPStatus.BAD_REQUEST:
                faults.spoil(endpoint.name, answer.body, exchange.clock.now())
        return await _deliver(answer, striking)

    return respond


def _answer(exchange: Exchange, endpoint: Endpoint, request: Request, body: bytes) -> Answer:
    generation = exchange.settings.generation
    exchange.advance()
    owner = _owner(exchange, endpoint, request)
    if isinstance(owner, Refusal):
        return refuse(owner, generation)
    if not _is_within_budget(exchange, endpoint, owner):
        return refuse(refusals.TOO_MANY_REQUESTS, generation)
    try:
        call = Call(exchange, owner, request.path_params, request.query_params, body)
        return endpoint.answer(call)
    except RefusedError as error:
        return refuse(error.refusal, generation)


def _owner(exchange: Exchange, endpoint: Endpoint, request: Request) -> Account | Refusal | None:
    """Who asks. What everybody may see is not checked, but counted for whoever names a key."""
    if not endpoint.is_signed:
        return exchange.floor.account_by_key(request.headers.get(KEY_HEADER, ""))
    path = request.scope["raw_path"].decode("ascii").partition("?")[0]
    owner = signer(exchange.floor, request.headers, request.method, path)
    is_barred = not isinstance(owner, Refusal) and endpoint.kind not in owner.scopes
    return refusals.SCOPE_MISSING if is_barred else owner


def _is_within_budget(exchange: Exchange, endpoint: Endpoint, owner: Account | None) -> bool:
    if owner is None or not exchange.settings.is_rate_limited:
        return True
    bucket = exchange.buckets.bucket(owner.account_id, endpoint.kind)
    return bucket.take(endpoint.cost, exchange.clock.now())


def _twice(
    exchange: Exchange, endpoint: Endpoint, request: Request, body: bytes, first: Answer
) -> Answer:
    if endpoint.method == "GET":
        return Answer(first.status, doubled(first.body))
    return _answer(exchange, endpoint, request, body)


async def _deliver(answer: Answer, striking: list[AnswerFault]) -> Response:
    status, content = answer
    for fault in striking:
        if fault.action == "delay":
            await asyncio.sleep(fault.seconds)
        if fault.action == "lose":
            return DroppedAnswer()
        if fault.action == "gateway":
            status, content = 502, refusals.body(refusals.GATEWAY, "")
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode(), status, media_type="application/json")
