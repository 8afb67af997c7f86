"""The policy file becomes typed, hashed numbers, or one line that says what is wrong with it."""

from __future__ import annotations

import csv
import dataclasses
import tomllib
from datetime import date
from decimal import Decimal

import pytest

from kwx_core.errors import PolicyError
from kwx_core.policy import load_policy
from kwx_core.resources import text as resource_text

TEXT = resource_text("data", "policy.toml")
ENTRIES = [(section, entry) for section, table in tomllib.loads(TEXT).items() for entry in table]
PROVENANCE = 'reason = "a test"\ndate = 2026-11-25'


@pytest.fixture(scope="module")
def policy():
    return load_policy(TEXT)


def override(entry, value):
    return f"[{entry}]\nvalue = {value}\n{PROVENANCE}\n"


def rows(name):
    return list(csv.DictReader(resource_text("data", name).splitlines()))


def refusal(text, local_text=None):
    with pytest.raises(PolicyError) as refused:
        load_policy(text, local_text)
    message = str(refused.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("entry", "expect"),
    [
        ("entry.conviction_probability", 0.65),
        ("entry.lowest_probability", 0.01),
        ("entry.highest_probability", 0.99),
        ("entry.minimum_price_dollars", Decimal("0.05")),
        ("entry.maximum_price_dollars", Decimal("0.95")),
        ("entry.log_edge_dollars", Decimal("0.07")),
        ("entry.live_edge_dollars", Decimal("0.10")),
        ("entry.price_slack_dollars", Decimal("0.02")),
        ("entry.legs_per_event", 4),
        ("entry.contracts_per_leg", Decimal(1)),
        ("entry.day_exposure_dollars", Decimal("5.00")),
        ("entry.shortest_hours_to_close", 0.5),
        ("entry.longest_hours_to_close", 24.0),
        ("entry.observation_age_seconds", 1800),
        ("entry.decision_interval_seconds", 300),
        ("exit.gain_ratio", 0.50),
        ("exit.gain_dollars", Decimal("0.25")),
        ("exit.shortest_hours_to_close", 0.5),
        ("permissions.longest_arm_hours", 24.0),
        ("forecast.physical_sd_floor_f", 1.0),
        ("metar.past_peak_sd_f", 0.3),
        ("metar.running_only_sd_f", 2.0),
        ("recover.never_landed_after_seconds", 30.0),
        ("recover.user_timestamp_lead_seconds", 10.0),
        ("recover.order_list_days", 14.0),
        ("feeds.quote_keep_seconds", 300),
        ("ledger.collateral_return", "off"),
        ("ledger.collateral_return_since_date", date(2026, 11, 22)),
        ("ledger.inferred_evidence", ("decision", "hedge_pattern")),
        ("ledger.finest_rounding_date", date(2026, 9, 1)),
        ("findings.drift_before_seconds", 600.0),
        ("findings.drift_after_seconds", 60.0),
        ("findings.positions_lag_seconds", 10.0),
    ],
)
def test_the_policy_has_the_numbers_of_the_founding_document(policy, entry, expect):
    section, name = entry.split(".")
    found = getattr(getattr(policy, section), name)
    assert found == expect
    assert isinstance(found, Decimal) is isinstance(expect, Decimal)


@pytest.mark.parametrize(
    ("variant", "family", "expect"),
    [
        ("live", "KXHIGHLAX", 1.5),
        ("live", "KXHIGHMIA", 2.0),
        ("live", "KXHIGHNY", 2.0),
        ("live", "KXHIGHAUS", 2.0),
        ("live", "KXHIGHCHI", 2.5),
        ("live", "kxhighchi", 2.5),
        ("live", "KXHIGHDEN", 1.0),
        ("live", "KXLOWTSEA", 1.0),
        ("running_high", "KXHIGHCHI", 1.0),
    ],
)
def test_a_floor_belongs_to_a_variant_and_a_family(policy, variant, family, expect):
    assert policy.forecast.floors_f(variant, family) == expect


def test_a_variant_without_floors_has_none(policy):
    with pytest.raises(KeyError):
        policy.forecast.floors_f("imagined", "KXHIGHNY")


def test_the_physical_floor_binds_under_every_family_floor():
    lower = '{ live = { KXHIGHNY = 0.2, "*" = 1.0 } }'
    policy = load_policy(TEXT, override("forecast.family_floors_f", lower))
    assert policy.forecast.floors_f("live", "KXHIGHNY") == 1.0


@pytest.mark.parametrize(
    ("strategy_id", "family", "expect"),
    [
        ("cross_bracket", "KXHIGHDEN", True),
        ("cross_bracket", "kxHighDen", True),
        ("cross_bracket", "KXHIGHCHI", False),
        ("directional", "KXBTC", True),
        ("directional", "KXETH", True),
        ("directional", "KXHIGHNY", False),
        ("cross_bracket", "KXBTC", False),
        ("mm_quote", "KXHIGHCHI", True),
        ("mm_quote", "KXHIGHNY", True),
        ("mm_quote", "KXHIGHDEN", True),
        ("mm_quote", "KXHIGHMIA", False),
        ("unheard_of", "KXHIGHDEN", True),
    ],
)
def test_policy_blocks_families_whatever_the_case_of_the_letters(
    policy, strategy_id, family, expect
):
    assert policy.permissions.is_blocked(strategy_id, family) is expect


@pytest.mark.parametrize(
    ("family", "expect"),
    [
        ("KXHIGHNY", (17, 15, 3)),
        ("KXHIGHLAX", (14, 13, 2)),
        ("KXHIGHAUS", (16, 15, 1)),
        ("KXHIGHMIA", (16, 13, 3)),
        ("KXHIGHDEN", (16, 15, 1)),
        ("KXHIGHCHI", (17, 15, 2)),
        ("KXHIGHPHIL", (18, None, None)),
    ],
)
def test_each_family_has_its_post_peak_rule(policy, family, expect):
    assert dataclasses.astuple(policy.entry.post_peak_rule(family)) == expect


@pytest.mark.parametrize(
    ("hours_left", "expect"),
    [
        (-1, 0.5),
        (0, 0.5),
        (0.5, 1.0),
        (1, 2.0),
        (3.9, 3.5),
        (4, 5.0),
        (11, 6.5),
        (12, 8.0),
        (30, 8.0),
    ],
)
def test_the_founding_channel_has_its_sd_by_hours_left(policy, hours_left, expect):
    assert policy.metar.residual_sd_f(hours_left) == expect


@pytest.mark.parametrize(
    ("lead_hours", "expect"), [(0, 2.7), (18, 2.7), (18.1, 3.2), (40, 3.3), (240, 6.0), (241, None)]
)
def test_guidance_has_its_sd_by_lead_and_none_beyond(policy, lead_hours, expect):
    assert policy.forecast.guidance_sd_f(lead_hours) == expect


def test_the_policy_names_only_families_and_strategies_that_exist(policy):
    families = {row["series_ticker"] for row in rows("series.csv") if row["is_active"] == "true"}
    strategies = {row["strategy_id"] for row in rows("strategies.csv")}
    named = {*policy.entry.post_peak} | {
        family for floors in policy.forecast.family_floors_f.values() for family in floors
    }
    assert named - {"*"} <= families
    assert {*policy.permissions.blocked_families} - {"*"} <= strategies


def test_the_policy_date_of_the_finest_rounding_is_that_of_the_fee_table(policy):
    finest = [
        row["effective_from"][:10] for row in rows("fees.csv") if row["rounding"] == "micro_up"
    ]
    assert finest == [policy.ledger.finest_rounding_date.isoformat()]
    assert (
        policy.ledger.either_rounding_since_date
        <= policy.ledger.finest_rounding_date
        <= policy.ledger.either_rounding_until_date
    )


def test_the_id_is_the_beginning_of_the_hash_of_both_texts(policy):
    local = override("entry.legs_per_event", 3)
    other = load_policy(TEXT, local)
    assert policy.policy_id == policy.sha256[:16]
    assert other.entry.legs_per_event == 3
    assert other.policy_id != policy.policy_id
    assert local.strip() in other.text
    assert dataclasses.replace(other, entry=policy.entry, text="", sha256="") == (
        dataclasses.replace(policy, text="", sha256="")
    )


@pytest.mark.parametrize("local_text", [None, "", "\n  \n"])
def test_an_absent_or_blank_override_changes_nothing(policy, local_text):
    assert load_policy(TEXT, local_text) == policy


def test_line_ends_and_trailing_blanks_do_not_change_the_id(policy):
    assert load_policy(TEXT.replace("\n", "  \r\n") + "\n\n").policy_id == policy.policy_id


def test_an_override_of_the_reason_alone_changes_the_id():
    reasons = [override("entry.legs_per_event", 4), override("entry.legs_per_event", 4) + "# why\n"]
    assert len({load_policy(TEXT, each).policy_id for each in reasons}) == 2


@pytest.mark.parametrize(("section", "entry"), ENTRIES)
def test_a_missing_entry_is_named(section, entry):
    kept = tomllib.loads(TEXT)
    del kept[section][entry]
    assert refusal(_written(kept)) == f"policy.toml: {section}.{entry} is missing"


@pytest.mark.parametrize(("section", "entry"), ENTRIES)
@pytest.mark.parametrize("value", ["nan", "inf", "true", "[{}]", "2026-11-25T00:00:00Z"])
def test_a_value_of_the_wrong_kind_is_named(section, entry, value):
    message = refusal(TEXT, override(f"{section}.{entry}", value))
    assert message.startswith(f"policy.local.toml: {section}.{entry} must be ")


@pytest.mark.parametrize(
    ("local_text", "expect"),
    [
        ("[entry", "policy.local.toml cannot be read"),
        ("entry = 3", "policy.local.toml: entry is not a section"),
        (override("entry.convicton_probability", 0.65), "entry.convicton_probability is not known"),
        (override("entries.legs_per_event", 3), "policy.local.toml: entries.legs_per_event"),
        ("[entry.legs_per_event]\nvalue = 3\ndate = 2026-11-25", "needs value, reason and date"),
        ('[entry.legs_per_event]\nvalue = 3\nreason = "x"', "needs value, reason and date"),
        (override("entry.legs_per_event", 3) + "unit = 1", "needs value, reason and date"),
        ("[entry]\nlegs_per_event = 3", "needs value, reason and date"),
        (override("entry.legs_per_event", 3).replace("a test", " "), "needs a reason in words"),
        (
            override("entry.legs_per_event", 3).replace("2026-11-25", "2026-11-25T00:00:00Z"),
            "needs a date",
        ),
        (override("entry.legs_per_event", 3).replace("2026-11-25", '"2026-11-25"'), "needs a date"),
        (override("entry.legs_per_event", 3.5), "must be a whole number, not 3.5"),
        (override("entry.day_exposure_dollars", 5.0), "must be a quoted decimal"),
        (override("entry.day_exposure_dollars", '"5,00"'), "must be a decimal, not '5,00'"),
        (override("entry.day_exposure_dollars", '"NaN"'), "must be finite"),
        (override("entry.day_exposure_dollars", '"-5"'), "must not be negative"),
        (override("entry.conviction_probability", 1.2), "must lie between 0 and 1"),
        (override("entry.conviction_probability", "nan"), "must be finite"),
        (override("entry.maximum_price_dollars", '"0.05"'), "must lie below maximum_price"),
        (override("entry.live_edge_dollars", '"0.06"'), "must not exceed live_edge_dollars"),
        (override("entry.highest_probability", 0.0), "must lie below highest_probability"),
        (override("entry.longest_hours_to_close", 0.5), "must lie below longest_hours"),
        (override("entry.post_peak", "{ KXHIGHNY = { always_from_hour = 17 } }"), 'a row "*"'),
        (
            override(
                "entry.post_peak", '{ "*" = { always_from_hour = 17, early_from_hour = 15 } }'
            ),
            "alone or all of",
        ),
        (override("forecast.live_variant", '"imagined"'), "must be a variant of family_floors_f"),
        (override("forecast.family_floors_f", "{ live = { KXHIGHNY = 2.0 } }"), 'a row "*"'),
        (override("forecast.family_floors_f", '{ live = { "*" = 0.0 } }'), "must be above zero"),
        (override("forecast.guidance_sd_steps", "[[2.0, 1.0], [2.0, 3.0]]"), "rising bounds"),
        (override("forecast.guidance_sd_steps", "[[2.0]]"), "a list of pairs"),
        (override("metar.increment_pmf", "[0.5, 0.4]"), "metar.increment_pmf must sum to 1"),
        (override("ledger.collateral_return", '"maybe"'), "must be off or on"),
        (override("ledger.inferred_evidence", '["prefix"]'), "may name decision and hedge_pattern"),
        (override("ledger.inferred_evidence", '"decision"'), "must be a list"),
        (override("ledger.finest_rounding_date", '"2026-09-01"'), "must be a date such as"),
    ],
)
def test_what_is_wrong_with_an_override_is_said_in_one_line(local_text, expect):
    assert expect in refusal(TEXT, local_text)


def test_a_refused_base_file_is_named_as_such():
    assert refusal(TEXT.replace("value = 0.65", 'value = "0.65"')) == (
        "policy.toml: entry.conviction_probability must be a number, not '0.65'"
    )
    assert refusal("") == "policy.toml: entry.traded_measures is missing"
    assert refusal("[entry").startswith("policy.toml cannot be read: ")


def _written(tables):
    """TOML with every value inline; enough for the shapes of the policy."""
    return "\n".join(
        f"[{section}.{entry}]\nvalue = {_inline(body['value'])}\n{PROVENANCE}"
        for section, table in tables.items()
        for entry, body in table.items()
    )


def _inline(value):
    match value:
        case dict():
            return "{ " + ", ".join(f'"{k}" = {_inline(v)}' for k, v in value.items()) + " }"
        case list():
            return "[" + ", ".join(map(_inline, value)) + "]"
        case str():
            return f'"{value}"'
        case date():
            return value.isoformat()
    return repr(value)
