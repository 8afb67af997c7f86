"""landed: every poll once, every body once, untouched."""

from __future__ import annotations

import hashlib

import pytest

from kwx_core.store import Store
from tests.spec.drawn import expect, land, table

BODIES = {
    "text": b'{"fills": []}',
    "not utf-8": b"\xff\xfe\x00broken",
    "a zero byte": b'{"a": "\x00"}',
    "nothing": b"",
    "html": b"<html>502</html>",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_comes_out_as_it_went_in(store: Store, body: bytes) -> None:
    land(store, "kalshi_fills", body)
    row = store.frame("select * from landed.bodies").row(0, named=True)
    kept = row["body_bytes"] if row["body"] is None else row["body"].encode()
    assert kept == body
    assert row["size_bytes"] == len(body)
    assert row["body_sha256"] == hashlib.sha256(body).hexdigest()


def test_every_poll_is_a_row_and_a_body_is_kept_once(store: Store) -> None:
    for minute in ("12:00", "12:01", "12:02"):
        land(store, "kalshi_fills", {"fills": []}, received_at=minute)
    assert table(store, "landed.requests").height == 3
    assert table(store, "landed.bodies").height == 1


def test_the_same_answer_landed_twice_is_one_fact(store: Store) -> None:
    added = [land(store, "kalshi_fills", {"fills": []}) for _ in range(3)]
    assert added == [1, 0, 0]


def test_landed_seq_rises_by_one(store: Store) -> None:
    for minute in ("12:02", "12:00", "12:01"):
        land(store, "kalshi_fills", {"fills": []}, received_at=minute)
    expect(
        table(store, "landed.requests"),
        """
        landed_seq | received_at
        1          | 12:02
        2          | 12:00
        3          | 12:01
        """,
    )


def test_no_answer_is_a_row_without_a_body(store: Store) -> None:
    from kwx_core.store import Landing
    from tests.spec.drawn import at

    lost = Landing(
        "kalshi_fills", "/fills", "p1", 0, is_last_page=False,
        requested_at=at("12:00"), received_at=at("12:00:15"), status_code=None, body=None,
    )  # fmt: skip
    assert store.land([lost]) == 1
    assert table(store, "landed.bodies").is_empty()


def test_a_pull_is_complete_only_with_every_page_and_the_last_one(store: Store) -> None:
    page = {"fills": []}
    for pull, number, is_last, status in (
        ("whole", 0, False, 200), ("whole", 1, True, 200),
        ("cut", 0, False, 200),
        ("gap", 0, False, 200), ("gap", 2, True, 200),
        ("error", 0, False, 200), ("error", 1, True, 502),
    ):  # fmt: skip
        land(store, "kalshi_fills", page, pull_id=pull, page=number, is_last_page=is_last,
             status_code=status)  # fmt: skip
    expect(
        store.frame("select pull_id, is_complete from landed.pulls"),
        """
        pull_id | is_complete
        whole   | true
        cut     | false
        gap     | false
        error   | false
        """,
    )


def test_a_body_is_found_by_its_number_however_often_it_came(store: Store) -> None:
    bodies = ["one", "two", "one", "three", "two", "four"]
    for minute, body in enumerate(bodies):
        land(store, "kalshi_fills", body, received_at=f"12:{minute:02}")
    found = store.frame("select body from landed.payloads order by landed_seq")["body"].to_list()
    assert found == bodies
    numbers = store.frame("select body_seq, rowid + 1 as place from landed.bodies order by 1")
    assert numbers["body_seq"].to_list() == numbers["place"].to_list() == [1, 2, 3, 4]


def test_bodies_of_one_landing_are_numbered_as_they_came(store: Store) -> None:
    from kwx_core.store import Landing
    from tests.spec.drawn import at

    store.land(
        [
            Landing(
                "kalshi_fills", "/fills", "p", page, is_last_page=page == 3, status_code=200,
                requested_at=at("12:00"), received_at=at("12:00"), body=body,
            )
            for page, body in enumerate([b"b", b"a", b"b", b"c"])
        ]
    )  # fmt: skip
    found = store.frame("select body from landed.payloads order by page")["body"].to_list()
    assert found == ["b", "a", "b", "c"]
