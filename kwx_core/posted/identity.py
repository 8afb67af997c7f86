"""Names of intents: the same cause always has the same name, on the exchange too."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

import polars as pl

from kwx_core.contracts.base import Frame, columns
from kwx_core.contracts.posted import Intents
from kwx_core.errors import ContractBroken

if TYPE_CHECKING:
    from kwx_core.contracts.ref import Strategies

# 130 bits: no two decisions of a lifetime share them, and with the longest code the name stays
# far below the 64 characters that the exchange takes.
_LETTERS = 26


def named(causes: pl.DataFrame, strategies: Frame[Strategies]) -> Frame[Intents]:
    """Give each intent its id and its client order id, `code_` and 26 letters of [a-z2-7].

    `causes` has the columns of Intents but the two ids, and `cause`: the text to be hashed.

    Raises:
        ContractBroken: a strategy outside the closed set, or a column that Intents refuses.
    """
    unknown = causes.join(strategies, on="strategy_id", how="anti")["strategy_id"]
    if not unknown.is_empty():
        raise ContractBroken(f"ref.strategies has no {sorted(set(unknown))}: nothing is intended")
    codes = strategies.select("strategy_id", "code")
    letters = pl.Series("intent_id", [_hashed(cause) for cause in causes["cause"]], pl.String)
    ided = causes.with_columns(letters).join(
        codes, on="strategy_id", how="left", validate="m:1", maintain_order="left"
    )
    client_order_id = pl.format("{}_{}", "code", "intent_id").alias("client_order_id")
    return Intents.validate(ided.with_columns(client_order_id).select(columns(Intents)))


def _hashed(cause: str) -> str:
    digest = hashlib.sha256(cause.encode()).digest()
    return base64.b32encode(digest).decode().lower()[:_LETTERS]
