"""What two JSON bodies have in common when their values differ."""

from __future__ import annotations

import json


def shape(value: object) -> object:
    """Keys and JSON types; of a list the shapes of its members, once each."""
    if isinstance(value, dict):
        return {k: shape(v) for k, v in value.items()}
    if isinstance(value, list):
        return [json.loads(s) for s in sorted({json.dumps(shape(v)) for v in value})]
    if isinstance(value, bool) or value is None:
        return str(type(value))
    return "number" if isinstance(value, int | float) else "string"
