"""A request on its way to the desk that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from executor.paper import refusals
from executor.paper.paging import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from executor.paper.accounts import Account
    from executor.paper.exchange import Exchange
    from executor.paper.listing import Refusal


class Answer(NamedTuple):
    """What goes back: a status and a JSON object."""

    status: int
    body: dict[str, object]


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose signature has been checked, if its endpoint asks for one."""

    exchange: Exchange
    owner: Account | None
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes

    @property
    def account(self) -> Account:
        """The account that signed.

        Raises:
            RefusedError: nobody signed.
        """
        if self.owner is None:
            raise RefusedError(refusals.SIGNATURE_MISSING)
        return self.owner

    @property
    def now(self) -> datetime:
        """The moment of the exchange's clock."""
        return self.exchange.clock.now()

    @property
    def as_of(self) -> datetime:
        """The moment that the read model has reached."""
        return self.now - self.exchange.settings.read_model_lag

    def listed(self, name: str) -> set[str] | None:
        """The comma-separated values of a filter, or None where it is not set."""
        text = self.query.get(name, "")
        return set(text.split(",")) if text else None


def refuse(refusal: Refusal, generation: str) -> Answer:
    """The answer that says no."""
    return Answer(refusal.status, refusals.body(refusal, generation))
