"""order_without_intent: whoever bears our id was meant by us."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given

ID = "xb_abcdefghijklmnopqrstuvw234"


def foreign(store, client_order_id=ID, created_at="12:00", is_imported="false"):
    given(
        store,
        "parsed.orders",
        "order_id | client_order_id | created_at | is_imported\n"
        f"o1 | {client_order_id} | {created_at} | {is_imported}",
    )
    rows = store.audit_rows("order_without_intent", at("13:00"))
    return [(one.subject, one.severity) for one in rows]


def test_an_order_that_we_meant_is_silent(store):
    given(store, "posted.intents", f"intent_id | client_order_id\n i1 | {ID}")
    assert foreign(store) == []


@pytest.mark.parametrize("name", ["person", "-", "zz_abcdefghijklmnopqrstuvw234", "xb_abc"])
def test_an_id_that_is_not_ours_is_a_person_s(store, name):
    assert foreign(store, name) == []


def test_an_order_that_we_never_meant_halts(store):
    assert foreign(store) == [("cross_bracket", "halt")]


@pytest.mark.parametrize("created_at", ["-", "2026-05-31T12:00:00Z", "-9d 12:00"])
def test_what_an_earlier_file_of_the_account_posted_is_adopted(store, created_at):
    assert foreign(store, created_at=created_at) == []


def test_what_the_predecessor_s_books_tell_is_silent(store):
    assert foreign(store, is_imported="true") == []
