"""Where recorded bodies and real trades lie: beside the checkout, never inside it."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def shared(*parts: str) -> Path:
    """The path of a shared file or folder; where it is absent, the test is skipped and says why."""
    for base in (ROOT.parent, *ROOT.parents):
        path = base.joinpath("shared", *parts)
        if path.exists():
            return path
    pytest.skip(f"shared/{'/'.join(parts)} is not beside this checkout")
