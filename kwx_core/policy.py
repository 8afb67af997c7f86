"""The policy: every tunable number, with its reason and date, from text to frozen records.

Text in, records out: which file, and when it is read, is the shell's affair.
"""

import hashlib
import math
import tomllib
from dataclasses import dataclass, fields
from typing import Any, NoReturn

from kwx_core.errors import PolicyError
from kwx_core.policy_sections import (
    ANY,
    INFERENCES,
    Entry,
    Exchange,
    Exit,
    Feeds,
    Findings,
    Forecast,
    Ledger,
    Metar,
    Permissions,
    Recover,
)
from kwx_core.policy_values import is_day, read_value

_BASE, _LOCAL = "policy.toml", "policy.local.toml"
_ID_LENGTH = 16  # 64 bits: enough to tell the policies of a lifetime apart.


@dataclass(frozen=True)
class Policy:
    """Every tunable number in force; `text` is both files, `sha256` its hash.

    The attributes other than the last two are the sections of `data/policy.toml`.
    """

    entry: Entry
    exit: Exit
    permissions: Permissions
    forecast: Forecast
    metar: Metar
    exchange: Exchange
    recover: Recover
    feeds: Feeds
    ledger: Ledger
    findings: Findings
    text: str
    sha256: str

    @property
    def policy_id(self) -> str:
        """The first 16 hexadecimal digits of the hash; decisions carry it."""
        return self.sha256[:_ID_LENGTH]


def load_policy(text: str, local_text: str | None = None) -> Policy:
    """Read the policy, and the overrides beside it, each entry of which replaces one whole.

    Raises:
        PolicyError: one line naming file and entry, when anything is unknown, missing,
            of a wrong type, not finite, or contradicts its neighbour.
    """
    overrides = _entries(local_text or "", _LOCAL)
    merged = _entries(text, _BASE) | overrides
    sections = {each.name: each.type for each in fields(Policy) if each.type is not str}
    records = {name: _record(name, kind, merged) for name, kind in sections.items()}
    for section, entry in merged:
        _fail(_LOCAL if (section, entry) in overrides else _BASE, section, entry, "is not known")
    whole = _canonical(text)
    if (local_text or "").strip():
        whole += f"# {_LOCAL}\n" + _canonical(local_text or "")
    policy = Policy(**records, text=whole, sha256=hashlib.sha256(whole.encode()).hexdigest())
    _agree(policy)
    return policy


@dataclass(frozen=True)
class _Stated:
    """A value as a file states it."""

    value: object
    file: str


_Entries = dict[tuple[str, str], _Stated]


def _entries(text: str, file: str) -> _Entries:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{file} cannot be read: {error}") from None
    found: _Entries = {}
    for section, table in tables.items():
        if not isinstance(table, dict):
            raise PolicyError(f"{file}: {section} is not a section")
        for entry, body in table.items():
            found[section, entry] = _stated(body, file, section, entry)
    return found


def _stated(body: object, file: str, section: str, entry: str) -> _Stated:
    if not isinstance(body, dict) or set(body) != {"value", "reason", "date"}:
        _fail(file, section, entry, "needs value, reason and date, and nothing else")
    if not isinstance(body["reason"], str) or not body["reason"].strip():
        _fail(file, section, entry, "needs a reason in words")
    if not is_day(body["date"]):
        _fail(file, section, entry, "needs a date such as 2026-05-12")
    return _Stated(body["value"], file)


def _record(section: str, kind: Any, merged: _Entries) -> Any:
    """Build one section's record and take its entries out of `merged`."""
    values = {}
    for field in fields(kind):
        stated = merged.pop((section, field.name), None)
        if stated is None:
            raise PolicyError(f"{_BASE}: {section}.{field.name} is missing")
        try:
            values[field.name] = read_value(field.name, field.type, stated.value)
        except ValueError as error:
            _fail(stated.file, section, field.name, str(error))
    return kind(**values)


def _canonical(text: str) -> str:
    """Line ends and trailing blanks do not change what a policy says."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"


def _agree(policy: Policy) -> None:
    entry, forecast = policy.entry, policy.forecast
    promises = {
        "entry.lowest_probability must lie below highest_probability": (
            entry.lowest_probability < entry.highest_probability
        ),
        "entry.minimum_price_dollars must lie below maximum_price_dollars": (
            entry.minimum_price_dollars < entry.maximum_price_dollars
        ),
        "entry.log_edge_dollars must not exceed live_edge_dollars": (
            entry.log_edge_dollars <= entry.live_edge_dollars
        ),
        "entry.shortest_hours_to_close must lie below longest_hours_to_close": (
            entry.shortest_hours_to_close < entry.longest_hours_to_close
        ),
        'entry.post_peak needs a row "*"': ANY in entry.post_peak,
        "forecast.live_variant must be a variant of family_floors_f": (
            forecast.live_variant in forecast.family_floors_f
        ),
        'forecast.family_floors_f needs a row "*" in each variant': all(
            ANY in floors for floors in forecast.family_floors_f.values()
        ),
        "forecast.lowest_f must lie below highest_f": forecast.lowest_f < forecast.highest_f,
        "ledger.collateral_return must be off or on": (
            policy.ledger.collateral_return in {"off", "on"}
        ),
        "ledger.inferred_evidence may name decision and hedge_pattern, and nothing else": (
            set(policy.ledger.inferred_evidence) <= set(INFERENCES)
        ),
        "metar.increment_pmf must sum to 1": math.isclose(sum(policy.metar.increment_pmf), 1),
    }
    for promise, is_kept in promises.items():
        if not is_kept:
            raise PolicyError(f"{_BASE}: {promise}")


def _fail(file: str, section: str, entry: str, why: str) -> NoReturn:
    raise PolicyError(f"{file}: {section}.{entry} {why}")
