"""Order ids written by the predecessor: the longest prefix wins, letters keep their case."""

from __future__ import annotations

import pytest

from tests.spec.ref.rows import column, rows


def strategy_of(client_order_id):
    fitting = [row for row in rows("prefixes") if client_order_id.startswith(row["prefix"])]
    longest = max(fitting, key=lambda row: len(row["prefix"]), default=None)
    return longest and longest["strategy_id"]


@pytest.mark.parametrize(
    ("client_order_id", "expect"),
    [
        ("mm_xb_exit_T_1", "cross_bracket_exit"),
        ("mm_xb_E_0_1", "cross_bracket"),
        ("mm_wx_T_1", "mm_quote"),
        ("mm_sc_T_1", "safe_compounder"),
        ("mm_exit_T_1", "exit"),
        ("mm_dir_T_1", "directional"),
        ("mm_T_1", "legacy"),
        ("mm_xbexit_T_1", "legacy"),
        ("mm_xb", "legacy"),
        ("mm_xb_exit", "cross_bracket"),
        ("MM_XB_a", None),
        ("", None),
        ("2f1c9f3e-uuid", None),
    ],
)
def test_an_id_of_the_predecessor_says_its_strategy(client_order_id, expect):
    assert strategy_of(client_order_id) == expect


def test_every_prefix_is_known_once_and_leads_to_a_known_strategy():
    prefixes = column("prefixes", "prefix")
    assert len(set(prefixes)) == len(prefixes) == 7
    assert set(column("prefixes", "strategy_id")) <= set(column("strategies", "strategy_id"))
