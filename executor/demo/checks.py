"""What must be true at the end of a play; every line is a sentence that failed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from executor.demo.ending import Ending

# A play that did nothing proves nothing.
LEAST_SIMULATED = {
    "orders": 50, "fills": 20, "fills by hand": 1, "partial fills": 1, "lost answers": 1,
    "duplicates": 1, "pairs": 1, "won": 1, "lost": 1, "won after the second drift": 1,
    "lost after the second drift": 1,
}  # fmt: skip
LEAST_RECORDED = {"orders": 50, "fills": 20}
# A third of what happens must happen after the drift that it is to survive.
THIRDS = (
    ("fills after the first drift", ("fills",)),
    ("settled after the second drift", ("won", "lost")),
)
BY_HAND = "unattributed_fills"


@dataclass(frozen=True)
class Planted:
    """A finding that the play brings about on purpose: its name, and the start of its subject."""

    finding: str
    subject: str
    is_certain: bool = True

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


def wrong_winners(ending: Ending, folder: Path) -> list[str]:
    """Events of a recorded play whose winner is not the recorded one."""
    recorded: dict[str, str] = {}
    for path in sorted(folder.glob("settlements*.csv")):
        with path.open(encoding="utf-8") as lines:
            recorded |= {row["event_ticker"]: row["yes_ticker"] for row in csv.DictReader(lines)}
    return [
        f"{ticker} won {event}, recorded is {recorded.get(event)}"
        for event, ticker in ending.winners.items()
        if recorded.get(event) != ticker
    ]


def _idle(ending: Ending, least: dict[str, int]) -> list[str]:
    return [
        f"only {ending.activity.get(what, 0)} {what}, at least {count} were to be"
        for what, count in least.items()
        if ending.activity.get(what, 0) < count
    ]


def early(ending: Ending) -> list[str]:
    """What a whole month must have done after its drifts, and on the day nobody armed."""
    found = [
        f"{ending.activity[late]} {late} are less than a third"
        for late, whole in THIRDS
        if 3 * ending.activity[late] < sum(ending.activity[what] for what in whole)
    ]
    if ending.activity["orders on the forgotten day"]:
        found.append("orders were posted on the day on which nobody armed anything")
    return found


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
    """The planted ones, one for each market and day on which a person traded, and no others."""
    seen = [(row["finding"], row["subject"]) for row in ending.findings.rows(named=True)]
    expected = [*planted, *(Planted(BY_HAND, subject) for subject in sorted(ending.by_hand))]
    unplanned = [
        f"finding {finding} about {subject} was not planted"
        for finding, subject in seen
        if not any(one.is_of(finding, subject) for one in expected)
    ]
    missing = [
        f"planted finding {one.finding} about {one.subject} was not found"
        for one in expected
        if one.is_certain and not any(one.is_of(finding, subject) for finding, subject in seen)
    ]
    return unplanned + missing
