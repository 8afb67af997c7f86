"""The command line, by what a person wants: books, questions, permissions, the service."""

from __future__ import annotations

from executor.cli import books, permissions, questions, service
from executor.cli.root import app

__all__ = ["app", "books", "permissions", "questions", "service"]
