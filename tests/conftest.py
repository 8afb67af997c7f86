"""Fixtures every folder of tests may use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from kwx_core.store import Store
from kwx_core.store.database import Account

if TYPE_CHECKING:
    from collections.abc import Iterator

PAPER = Account("paper", "spec")


@pytest.fixture
def store() -> Iterator[Store]:
    """The real schema and the real reference data, in memory."""
    with Store.in_memory(PAPER, datetime(2026, 6, 1, tzinfo=UTC)) as made:
        yield made
