"""What must be true at the end of a play; every line is a sentence that failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from executor.demo.ending import Ending

# A play that did nothing proves nothing.
LEAST_SIMULATED = {
    "orders": 50, "fills": 20, "manual_fills": 1, "partial_fills": 1, "lost_answers": 1,
    "duplicates": 1, "pairs": 1, "won": 1, "lost": 1,
}  # fmt: skip
LEAST_RECORDED = {"orders": 50, "fills": 20}


@dataclass(frozen=True)
class Planted:
    """A finding that the play brings about on purpose: its name, and the start of its subject."""

    finding: str
    subject: str

    def is_of(self, finding: str, subject: str) -> bool:
        """Whether this finding is the planted one."""
        return self.finding == finding and subject.startswith(self.subject)


def failures(ending: Ending, planted: tuple[Planted, ...], least: dict[str, int]) -> list[str]:
    """Every way in which the play did not end as it must."""
    return [
        *_idle(ending, least),
        *_books(ending),
        *_findings(ending, planted),
    ]


def _idle(ending: Ending, least: dict[str, int]) -> list[str]:
    return [
        f"only {ending.activity.get(what, 0)} {what}, at least {count} were to be"
        for what, count in least.items()
        if ending.activity.get(what, 0) < count
    ]


def _books(ending: Ending) -> list[str]:
    found = []
    if ending.attribution != ending.witnessed:
        wrong = set(ending.attribution.items()) ^ set(ending.witnessed.items())
        found.append(f"{len(wrong)} attributions differ from the exchange's own ids")
    if ending.profits != ending.witnessed_profits:
        wrong_tickers = sorted(
            ticker
            for ticker in set(ending.profits) | set(ending.witnessed_profits)
            if ending.profits.get(ticker) != ending.witnessed_profits.get(ticker)
        )
        found.append(f"profit differs from the exchange's own account on {wrong_tickers}")
    if ending.balance[0] != ending.balance[1]:
        found.append(f"last balance read {ending.balance[0]}, the exchange has {ending.balance[1]}")
    found += [
        f"{row['unexplained']} dollars unexplained on shard {row['shard']}"
        for row in ending.proof.rows(named=True)
        if row["unexplained"] != 0 or row["largest_unexplained"] != 0
    ]
    return found


def _findings(ending: Ending, planted: tuple[Planted, ...]) -> list[str]:
    seen = [(row["finding"], row["subject"]) for row in ending.findings.rows(named=True)]
    unplanned = [
        f"finding {finding} about {subject} was not planted"
        for finding, subject in seen
        if not any(one.is_of(finding, subject) for one in planted)
    ]
    missing = [
        f"planted finding {one.finding} about {one.subject}… was not found"
        for one in planted
        if not any(one.is_of(finding, subject) for finding, subject in seen)
    ]
    return unplanned + missing
