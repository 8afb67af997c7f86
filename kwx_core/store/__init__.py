"""The only code that speaks to DuckDB."""

from __future__ import annotations

from kwx_core.store.landing import Landing
from kwx_core.store.store import Store

__all__ = ["Landing", "Store"]
