"""Every way in which the exchange says no, and the four envelopes it says it in."""

from __future__ import annotations

from executor.paper.listing import Refusal


def _of_matching(status: int, code: str, details: str | None = None) -> Refusal:
    return Refusal(status, code, code.replace("_", " "), details, is_of_matching=True)


SIGNATURE_MISSING = Refusal(
    401, "signature_is_missing_from_headers", "signature is missing from headers"
)
KEY_UNKNOWN = Refusal(401, "authentication_error", "authentication_error", "NOT_FOUND")
SIGNATURE_WRONG = Refusal(
    401, "authentication_error", "authentication_error", "INCORRECT_API_KEY_SIGNATURE"
)
TIMESTAMP_EXPIRED = Refusal(401, "header_timestamp_expired", "header timestamp expired")

TOO_MANY_REQUESTS = Refusal(429, "too many requests", "", shape="string")
GATEWAY = Refusal(502, "bad_gateway", "bad gateway")
LEGACY_ENDPOINT = Refusal(
    410,
    "deprecated_v1_order_endpoint",
    "Please switch to the V2 endpoints",
    "https://docs.kalshi.com/api-reference/orders/create-order-v2",
)

# Nobody has recorded this one: the specification knows the status, and keys with scopes.
SCOPE_MISSING = Refusal(
    403, "insufficient_scope", "insufficient scope", "the key lacks the scope of this endpoint"
)

# One answer for an order that is cancelled, executed or unknown: nobody can tell which.
ORDER_NOT_FOUND = _of_matching(404, "not_found")
ORDER_EXISTS = _of_matching(409, "order_already_exists")
INSUFFICIENT_BALANCE = _of_matching(400, "insufficient_balance")
INVALID_PRICE = _of_matching(400, "invalid_price")
NOT_FOUND = Refusal(404, "not_found", "not found")
MARKET_NOT_FOUND = Refusal(404, "market_not_found", "market not found")
# Nobody has recorded this one: the text follows the name the FIX interface documents.
MARKET_INACTIVE = Refusal(400, "market_inactive", "market inactive")
TRADING_PAUSED = Refusal(409, "trading_is_paused", "trading is paused")
EXCHANGE_PAUSED = Refusal(409, "exchange_is_paused", "exchange is paused")
POST_ONLY_CROSS = Refusal(400, "invalid_order", "invalid order", "post only cross")
FILL_OR_KILL = Refusal(
    409,
    "fill_or_kill_insufficient_resting_volume",
    "fill or kill insufficient resting volume",
)


def invalid_order(details: str) -> Refusal:
    """An order whose parts do not go together."""
    return Refusal(400, "invalid_order", "invalid order", details)


def invalid_parameters(details: str) -> Refusal:
    """A value that no order may have."""
    return Refusal(400, "invalid_parameters", "invalid parameters", details)


def undecodable(details: str) -> Refusal:
    """A body that does not decode into an order at all."""
    return Refusal(400, "bad_request", "bad request", details, shape="flat")


def invalid_query(operation: str, field: str, rule: str) -> Refusal:
    """A query parameter outside its range."""
    sentence = (
        f"Parameter validation failed for {operation}: Key: '{operation}Params.{field}' "
        f"Error:Field validation for '{field}' failed on the '{rule}' tag"
    )
    return Refusal(400, "", sentence, shape="sentence")


def body(refusal: Refusal, generation: str) -> dict[str, object]:
    """The JSON body of a refusal; the matching part named itself until 2026-08-06."""
    if refusal.shape == "string":
        return {"error": refusal.code}
    if refusal.shape == "sentence":
        return {"msg": refusal.message}
    inner = {"code": refusal.code, "message": refusal.message}
    if refusal.details is not None:
        inner["details"] = refusal.details
    if refusal.shape == "flat":
        return dict(inner)
    if refusal.is_of_matching and generation == "2026-06":
        inner["service"] = "exchange"
    return {"error": inner}
