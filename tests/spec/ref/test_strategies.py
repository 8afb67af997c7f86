"""The closed set of strategies, their books and the codes of their order ids."""

from __future__ import annotations

import re
from datetime import date

from tests.spec.ref.rows import column, rows


def test_the_set_is_closed_and_entry_and_exit_share_a_book():
    assert {row["strategy_id"]: row["book_id"] for row in rows("strategies")} == {
        "cross_bracket": "cross_bracket",
        "cross_bracket_exit": "cross_bracket",
        "mm_quote": "mm_quote",
        "safe_compounder": "safe_compounder",
        "directional": "directional",
        "exit": "exit",
        "legacy": "legacy",
        "manual": "manual",
    }


def test_a_code_is_short_unique_and_leaves_room_for_the_hash():
    codes = column("strategies", "code")
    assert len(set(codes)) == len(codes) == 8
    assert all(re.fullmatch(r"[a-z0-9]{1,8}", code) for code in codes)


def test_an_id_with_a_code_is_never_read_as_one_of_the_predecessor():
    for code in column("strategies", "code"):
        for prefix in column("prefixes", "prefix"):
            assert not f"{code}_".startswith(prefix)
            assert not prefix.startswith(f"{code}_")


def test_every_strategy_has_a_description_and_a_date():
    for row in rows("strategies"):
        assert row["description"]
        assert date.fromisoformat(row["since_date"])
