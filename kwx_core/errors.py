"""What can go wrong, as a tree; the command line turns each branch into one line and an exit code.

KwxError
├── UsageError          the command cannot be carried out as it was given
├── PolicyError         data/policy.toml or its overrides say something unreadable
├── ReferenceRefused    a reference file says something that its table refuses
├── StoreError          the database cannot be used
│   ├── DatabaseLocked      another process owns the file
│   ├── DatabaseCorrupt     the file cannot be read as a database
│   ├── DatabaseMissing     there is no such file: kwx init makes one
│   ├── WrongDatabase       it belongs to another environment or account
│   ├── StatementRefused    a reading statement that could do more than read
│   └── DiskFull            the disk took only part; nothing of it was kept
├── ContractBroken      a frame is not what its contract promises: a bug, never bad input
└── ExchangeError       the exchange, or the way to it (executor)

Data that nobody can read are rows in parsed.rejects, not errors.
"""

from __future__ import annotations


class KwxError(Exception):
    """Something that kwx can say in one line."""


class UsageError(KwxError):
    """The command cannot be carried out as it was given."""


class PolicyError(KwxError):
    """The policy, or its local overrides, cannot be read."""


class ReferenceRefused(KwxError):
    """A reference file says something that its table refuses."""


class StoreError(KwxError):
    """The database cannot be used."""


class DatabaseLocked(StoreError):
    """Another process owns the file."""


class DatabaseCorrupt(StoreError):
    """The file cannot be read as a database."""


class DatabaseMissing(StoreError):
    """There is no such file."""


class WrongDatabase(StoreError):
    """The file belongs to another environment or account."""


class StatementRefused(StoreError):
    """A reading statement could do more than read."""


class DiskFull(StoreError):
    """The disk took only part of a transaction; nothing of it was kept."""


class ContractBroken(KwxError):
    """A frame is not what its contract promises."""


class ExchangeError(KwxError):
    """The exchange, or the way to it."""
