"""What a record of the exchange means, read once more in plain Python from its specification.

A record with a bad field that it needs has to be refused; one whose fields are all good has to be
kept; with a doubtful field it may be either, but if it is kept it is kept with the right values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.properties.reading import (
    ABSENT,
    ANY,
    BAD,
    DOUBTFUL,
    GOOD,
    LOST,
    Field,
    cents,
    client,
    either,
    flag,
    moment,
    name,
    number,
    shard,
    ticker,
    whole,
    within,
)

Record = dict[str, Any]


@dataclass
class Meaning:
    """What is to become of a record; `allowed` are the values that a kept row may have."""

    is_refused: bool = False
    is_doubtful: bool = False
    allowed: dict[str, list[Any]] = field(default_factory=dict)

    def needs(self, column: str, told: Field) -> None:
        """A field without which the record says nothing."""
        self.is_refused |= told[0] in (BAD, ABSENT)
        self.has(column, told)

    def may_have(self, column: str, told: Field) -> None:
        """A field that may be left out, but not be garbled."""
        self.is_refused |= told[0] == BAD
        self.has(column, told)

    def has(self, column: str, told: Field) -> None:
        """A field that is null in the row where it cannot be read."""
        self.is_doubtful |= told[0] == DOUBTFUL
        self.allowed[column] = [told[1], None] if told[0] == DOUBTFUL else [told[1]]


def outcome(record: Record) -> Field:
    """The side bought; the book's side, if told, must not contradict it."""
    said, book = record.get("outcome_side"), record.get("book_side")
    by_book = {"bid": "yes", "ask": "no"}.get(book) if isinstance(book, str) else None
    words = (record.get("action"), record.get("side"))
    by_words = None
    if all(isinstance(word, str) for word in words):
        by_words = {
            "buy yes": "yes", "sell no": "yes", "buy no": "no", "sell yes": "no",
        }.get(" ".join(words))  # fmt: skip
    found = said if said is not None else by_book or by_words
    if found not in ("yes", "no") or (book is not None and by_book != found):
        return LOST
    return GOOD, found


def _price(meaning: Meaning, record: Record) -> None:
    """The price of the side bought, of three ways to tell it that must agree."""
    side = outcome(record)
    meaning.needs("outcome_side", side)
    text = number(record.get("yes_price_dollars"), 6)
    legacy = cents(record.get("yes_price"))
    yes = within(legacy if text[0] == ABSENT else text, lambda price: 0 < price < 1)
    other = number(record.get("no_price_dollars"), 6)
    meaning.is_doubtful |= DOUBTFUL in (yes[0], other[0]) or legacy[0] in (DOUBTFUL, BAD)
    is_known = isinstance(yes[1], Decimal)
    contradicted = is_known and isinstance(other[1], Decimal) and other[1] + yes[1] != 1
    meaning.is_refused |= yes[0] in (BAD, ABSENT) or other[0] == BAD or contradicted
    if is_known and isinstance(legacy[1], Decimal):
        # Orders never compared the two.
        meaning.is_doubtful |= abs(legacy[1] - yes[1]) >= Decimal("0.01")
    price = yes[1] if side[1] == "yes" or not is_known else 1 - yes[1]
    meaning.allowed["price_dollars"] = [price]


def fills(record: Record) -> Meaning:
    meaning = Meaning()
    _price(meaning, record)
    meaning.needs("fill_id", either(name, record.get("fill_id"), record.get("trade_id")))
    meaning.needs("ticker", either(ticker, record.get("ticker"), record.get("market_ticker")))
    count = number(record.get("count_fp"), 2)
    if count[0] == ABSENT:
        count = whole(record.get("count"))
    meaning.needs("contracts", within(count, lambda count: 0 < count < 10**9))
    meaning.may_have("order_id", name(record.get("order_id")))
    meaning.may_have("client_order_id", client(record.get("client_order_id")))
    # No fee comes near a tenth of a dollar a contract; above it are cents.
    most = Decimal("0.01") + (count[1] if isinstance(count[1], Decimal) else 10**9) / Decimal(10)
    fee = within(number(record.get("fee_cost"), 6), lambda fee: 0 <= fee <= most)
    meaning.may_have("fee_dollars", fee)
    meaning.may_have("is_taker", flag(record.get("is_taker")))
    meaning.may_have("exchange_index", shard(record.get("exchange_index")))
    told, seconds = moment(record.get("created_time")), record.get("ts")
    if told[0] == ABSENT and isinstance(seconds, int) and re.fullmatch(r"\d{10}", str(seconds)):
        told = GOOD, datetime.fromtimestamp(seconds, UTC)
    elif told[0] == ABSENT and seconds is not None:
        told = DOUBTFUL, ANY
    meaning.needs("filled_at", told)
    if not re.fullmatch(r"KX[0-9A-F]{16}-.+", str(record.get("fill_id"))):
        # Tellings of one fill complete each other, and spoiled names may have become the same.
        meaning.allowed |= {column: [ANY] for column in _COMPLETED}
    return meaning


_COMPLETED = ("client_order_id", "order_id", "fee_dollars", "is_taker")


def orders(record: Record) -> Meaning:
    meaning = Meaning()
    _price(meaning, record)
    meaning.needs("order_id", name(record.get("order_id")))
    meaning.needs("ticker", ticker(record.get("ticker")))
    meaning.may_have("client_order_id", client(record.get("client_order_id")))
    status = record.get("status")
    is_known = status in ("resting", "canceled", "executed")
    meaning.needs("status", (GOOD, status) if is_known else LOST)
    ordered = within(number(record.get("initial_count_fp"), 2), lambda count: 0 < count < 10**9)
    meaning.needs("contracts", ordered)
    most = ordered[1] if isinstance(ordered[1], Decimal) else Decimal(0)
    for key in ("fill", "remaining"):
        count = number(record.get(f"{key}_count_fp"), 2)
        column = "filled_contracts" if key == "fill" else "remaining_contracts"
        meaning.needs(column, within(count, lambda count: 0 <= count <= most))
    meaning.may_have("exchange_index", shard(record.get("exchange_index")))
    meaning.may_have("created_at", moment(record.get("created_time")))
    meaning.may_have("updated_at", moment(record.get("last_update_time")))
    return meaning


def settlements(record: Record) -> Meaning:
    meaning = Meaning()
    meaning.needs("ticker", ticker(record.get("ticker")))
    meaning.may_have("event_ticker", ticker(record.get("event_ticker")))
    meaning.may_have("exchange_index", shard(record.get("exchange_index")))
    _result(meaning, record.get("market_result"))
    value = within(cents(record.get("value")), lambda value: 0 <= value <= 1)
    meaning.has("settlement_value_dollars", value)
    meaning.has("settled_at", moment(record.get("settled_time")))
    meaning.has("revenue_reported_dollars", cents(record.get("revenue")))
    for column, key, scale in (
        ("yes_contracts_reported", "yes_count_fp", 2),
        ("no_contracts_reported", "no_count_fp", 2),
        ("yes_cost_reported_dollars", "yes_total_cost_dollars", 6),
        ("no_cost_reported_dollars", "no_total_cost_dollars", 6),
        ("fee_reported_dollars", "fee_cost", 6),
    ):
        told = number(record.get(key), scale)
        meaning.is_refused |= isinstance(told[1], Decimal) and told[1] < 0 and told[0] == GOOD
        meaning.has(column, told)
    return meaning


def positions(record: Record) -> Meaning:
    meaning = Meaning()
    meaning.needs("ticker", ticker(record.get("ticker")))
    meaning.may_have("exchange_index", shard(record.get("exchange_index")))
    held = number(record.get("position_fp"), 2)
    meaning.needs("contracts", within(held, lambda held: abs(held) < 10**9))
    meaning.may_have("exposure_dollars", number(record.get("market_exposure_dollars"), 6))
    meaning.may_have("realized_profit_dollars", number(record.get("realized_pnl_dollars"), 6))
    fee = within(number(record.get("fees_paid_dollars"), 6), lambda fee: fee >= 0)
    meaning.may_have("fee_dollars", fee)
    return meaning


def markets(record: Record) -> Meaning:
    """Bounds and date have several witnesses: they are the right ones or none."""
    meaning = Meaning()
    meaning.needs("ticker", ticker(record.get("ticker")))
    meaning.needs("event_ticker", ticker(record.get("event_ticker")))
    status = record.get("status")
    is_word = isinstance(status, str) and re.fullmatch("[a-z_]+", status)
    read = (GOOD, status) if is_word else LOST
    meaning.needs("status", (DOUBTFUL, ANY) if isinstance(status, bool) else read)
    _result(meaning, record.get("result"))
    value = number(record.get("settlement_value_dollars"), 6)
    meaning.has("settlement_value_dollars", within(value, lambda value: 0 <= value <= 1))
    for column, key in (("open_at", "open_time"), ("close_at", "close_time")):
        meaning.has(column, moment(record.get(key)))
    meaning.has("settled_at", moment(record.get("settlement_ts")))
    meaning.allowed |= {"lower_f": [72, None], "upper_f": [73, None]}
    meaning.allowed["climate_date"] = [datetime(2026, 6, 10, tzinfo=UTC).date(), None]
    return meaning


def _result(meaning: Meaning, said: Any) -> None:
    is_known = said in ("yes", "no", "scalar", "void")
    meaning.allowed["market_result"] = [said if is_known else None]


def balances(record: Record) -> Meaning:
    """The balance of one shard; with several, of each, or of none."""
    meaning = Meaning()
    told = number(record.get("balance_dollars"), 6)
    legacy = cents(record.get("balance"))
    meaning.needs("balance_dollars", legacy if told[0] == ABSENT else told)
    value = cents(record.get("portfolio_value"))
    meaning.may_have("portfolio_value_dollars", value)
    shards = record.get("balance_breakdown")
    is_one = isinstance(shards, list) and len(shards) == 1 and isinstance(shards[0], dict)
    meaning.is_doubtful |= legacy[0] == DOUBTFUL
    are_both = isinstance(told[1], Decimal) and isinstance(legacy[1], Decimal)
    if are_both and abs(told[1] - legacy[1]) >= Decimal("0.01"):
        # Sharded, the sum is not read; else dollars and cents have to agree.
        meaning.is_refused |= shards is None or is_one
        meaning.is_doubtful = True
    if is_one:
        meaning.may_have("exchange_index", shard(shards[0].get("exchange_index")))
    else:
        meaning.is_doubtful |= shards is not None
        meaning.allowed["exchange_index"] = [0]
    return meaning
