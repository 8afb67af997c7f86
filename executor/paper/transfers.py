"""Money comes in, goes out, or moves to another shard of the exchange."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from executor.paper.book import ZERO
from executor.paper.listing import AccountTransfer, ShardMove

if TYPE_CHECKING:
    from decimal import Decimal

    from executor.paper.accounts import Account
    from executor.paper.floor import Floor
    from executor.paper.listing import TransferKind, TransferStatus


def announce(floor: Floor, account: Account, kind: TransferKind, amount: Decimal) -> str:
    """Note a deposit or a withdrawal that is on its way; its id. No money has moved yet.

    Raises:
        ValueError: the amount is not a positive number of whole cents.
    """
    if amount <= ZERO or amount != round(amount, 2):
        raise ValueError("a transfer is a positive amount of whole cents")
    serial, now = floor.serial(), floor.clock.now()
    row = AccountTransfer(floor.identifier(serial), kind, amount, "pending", now, None, serial)
    account.transfers[row.transfer_id] = row
    return row.transfer_id


def finish(floor: Floor, account: Account, transfer_id: str, status: TransferStatus) -> None:
    """Say what became of a transfer: it is applied and the money moves, or it comes to nothing.

    What was applied may be returned afterwards, and the money goes the way it came.

    Raises:
        ValueError: it is finished already, or more would leave than is free.
    """
    row, now = account.transfers[transfer_id], floor.clock.now()
    is_undone = row.status == "applied" and status == "returned"
    if row.status != "pending" and not is_undone:
        raise ValueError(f"transfer {transfer_id} is {row.status} already")
    if status == "applied" or is_undone:
        comes_in = (row.kind == "deposit") != is_undone
        _pay(account, row.amount_dollars if comes_in else -row.amount_dollars)
        account.record(now)
    applied_at = now if status == "applied" else row.applied_at
    changed = replace(row, status=status, finalized_at=now, applied_at=applied_at)
    account.transfers[transfer_id] = changed


def move(floor: Floor, account: Account, amount: Decimal, exchange_index: int) -> None:
    """Move free dollars to another shard, or back where the amount is negative.

    Raises:
        ValueError: there is not as much, or the shard is the one that weather trades on.
    """
    there = account.elsewhere.get(exchange_index, ZERO)
    if exchange_index == 0 or amount > account.free or there + amount < 0:
        raise ValueError("only what is free can move, and to another shard")
    account.cash -= amount
    account.elsewhere[exchange_index] = there + amount
    serial, now = floor.serial(), floor.clock.now()
    way = (0, exchange_index) if amount > 0 else (exchange_index, 0)
    account.moves.append(ShardMove(floor.identifier(serial), abs(amount), *way, now, serial))
    account.record(now)


def _pay(account: Account, amount: Decimal) -> None:
    if amount < -account.free:
        raise ValueError("more than is free cannot be withdrawn")
    account.cash += amount
