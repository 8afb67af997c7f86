"""An audit that breaks is a finding, and silences no other."""

from __future__ import annotations

import pytest

from kwx_core.store import Store, audits
from tests.spec.drawn import at

BROKEN = {
    "no SQL": "select nothing from nowhere",
    "no subject": "select null, 'info', 'what nobody can look up', null",
    "no detail": "select 'a subject', 'info', null, null",
    "too few columns": "select 'a subject', 'info'",
}


@pytest.mark.parametrize("query", BROKEN.values(), ids=BROKEN)
def test_an_audit_that_breaks_is_one_finding_beside_the_others(
    store: Store, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    whole = audits.select
    monkeypatch.setattr(
        audits,
        "select",
        lambda stage, noun: query if noun == "feed_silent" else whole(stage, noun),
    )
    found = store.audit(at("12:00"), "spec")
    assert [(one.finding, one.subject, one.severity) for one in found] == [
        ("audit_broken", "feed_silent", "halt")
    ]
