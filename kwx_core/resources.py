"""Where the SQL and the reference data are: inside the wheel, or beside the package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def resource(*parts: str) -> Traversable:
    """The file or folder below `sql/` or `data/`, e.g. `resource("sql", "schema", "ref.sql")`.

    A wheel carries both folders inside `kwx_core`; an editable install finds them one level up.
    """
    package = files("kwx_core")
    packed = package.joinpath(*parts)
    if packed.is_file() or packed.is_dir():
        return packed
    return package.joinpath("..", *parts)


@cache
def text(*parts: str) -> str:
    """The text of a resource, read once.

    Raises:
        FileNotFoundError: neither place has it.
    """
    return resource(*parts).read_text(encoding="utf-8")
