"""The sections of the policy as frozen records; what each number is for stands in the file itself.

Units stand last in the names. Families are series tickers; `*` stands for every other one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

ANY = "*"
# The evidence that is a likelihood rather than an identity.
INFERENCES = ("decision", "hedge_pattern")
Steps = tuple[tuple[float, float], ...]
"""Rising bounds, each with the value that holds up to it."""


@dataclass(frozen=True)
class PostPeak:
    """From which standard-time hour a family's high counts as reached.

    It holds from `always_from_hour`, or from `early_from_hour` once the running high has not
    risen for `stability_hours`; None = there is no early hour.
    """

    always_from_hour: int
    early_from_hour: int | None = None
    stability_hours: int | None = None


@dataclass(frozen=True)
class Entry:
    """Which wishes of cross_bracket become orders."""

    traded_measures: tuple[str, ...]
    conviction_probability: float
    lowest_probability: float
    highest_probability: float
    minimum_price_dollars: Decimal
    maximum_price_dollars: Decimal
    log_edge_dollars: Decimal
    live_edge_dollars: Decimal
    price_slack_dollars: Decimal
    contracts_per_leg: Decimal
    legs_per_event: int
    day_exposure_dollars: Decimal
    shortest_hours_to_close: float
    longest_hours_to_close: float
    observation_age_seconds: float
    quote_age_seconds: float
    needed_feeds: tuple[str, ...]
    order_lifetime_seconds: float
    decision_interval_seconds: float
    post_peak: Mapping[str, PostPeak]

    def post_peak_rule(self, family: str) -> PostPeak:
        """The family's own rule, or that of every other family."""
        return self.post_peak.get(family.upper(), self.post_peak[ANY])


@dataclass(frozen=True)
class Exit:
    """When cross_bracket_exit locks a gain; gains are per contract and after fees."""

    gain_ratio: float
    gain_dollars: Decimal
    shortest_hours_to_close: float


@dataclass(frozen=True)
class Permissions:
    """Who may not trade what, and for how long a person may allow it."""

    longest_arm_hours: float
    blocked_families: Mapping[str, tuple[str, ...]]

    def is_blocked(self, strategy_id: str, family: str) -> bool:
        """Say whether policy forbids the family to the strategy, whatever the case of letters."""
        blocked = (*self.blocked_families.get(ANY, ()), *self.blocked_families.get(strategy_id, ()))
        return family.upper() in {each.upper() for each in blocked}


@dataclass(frozen=True)
class Forecast:
    """From evidence to a distribution over whole degrees."""

    live_variant: str
    family_floors_f: Mapping[str, Mapping[str, float]]
    physical_sd_floor_f: float
    lowest_f: int
    highest_f: int
    quality_control_probability: float
    guidance_sd_steps: Steps
    remaining_day_steps: Steps
    model_weight_ratio: float
    source_correlation: float
    market_spread_dollars: Decimal
    market_age_seconds: float

    def floors_f(self, variant: str, family: str) -> float:
        """The least sd (°F) of a family's distribution; never below the physical one.

        Raises:
            KeyError: the policy has no floors for the variant.
        """
        floors = self.family_floors_f[variant]
        return max(self.physical_sd_floor_f, floors.get(family.upper(), floors[ANY]))

    def guidance_sd_f(self, lead_hours: float) -> float | None:
        """The sd (°F) of guidance that long before the end of its day; None beyond all steps."""
        return next((sd for bound, sd in self.guidance_sd_steps if lead_hours <= bound), None)

    def remaining_day_probability(self, standard_hour: float) -> float:
        """The probability that the high is still to come after that standard hour."""
        steps = self.remaining_day_steps
        return next((share for bound, share in steps if standard_hour <= bound), steps[-1][1])


@dataclass(frozen=True)
class Metar:
    """The observed running high, and the founding channel made of it."""

    increment_pmf: tuple[float, ...]
    spike_f: float
    frozen_after_seconds: float
    past_peak_hour: int
    past_peak_early_hour: int
    past_peak_drop_f: float
    past_peak_sd_f: float
    running_only_sd_f: float
    cold_start_sd_f: float
    blend_hours: float
    blend_weight_floor: float
    diurnal_rmse_lowest_f: float
    diurnal_rmse_highest_f: float
    residual_sd_steps: Steps

    def residual_sd_f(self, hours_left: float) -> float | None:
        """The sd (°F) with that much of the day left; None beyond all steps."""
        (over, sd_when_over), *rest = self.residual_sd_steps
        if hours_left <= over:
            return sd_when_over
        return next((sd for bound, sd in rest if hours_left < bound), None)


@dataclass(frozen=True)
class Exchange:
    """How the client waits and paces itself."""

    request_timeout_seconds: float
    read_attempts: int
    first_backoff_seconds: float
    longest_backoff_seconds: float
    pause_wait_seconds: float
    clock_skew_seconds: float
    read_tokens_per_second: float
    write_tokens_per_second: float
    bucket_seconds: float
    tokens_per_request: float
    tokens_per_cancel: float


@dataclass(frozen=True)
class Recover:
    """When an unknown order is known not to exist."""

    never_landed_after_seconds: float
    user_timestamp_lead_seconds: float
    order_list_days: float


@dataclass(frozen=True)
class Feeds:
    """How late is late, and how much is kept."""

    late_after_cadences: float
    quote_keep_seconds: float
    watched_families: tuple[str, ...]

    def is_watched(self, family: str) -> bool:
        """Say whether the family's markets and station are polled."""
        return ANY in self.watched_families or family in self.watched_families


@dataclass(frozen=True)
class Ledger:
    """How the books are kept."""

    collateral_return: str
    collateral_return_since_date: date
    inferred_evidence: tuple[str, ...]
    window_days: int
    finest_rounding_date: date
    either_rounding_since_date: date
    either_rounding_until_date: date

    @property
    def collateral_return_at(self) -> datetime | None:
        """Since when (UTC) the exchange gives collateral back; None while it is off."""
        if self.collateral_return == "off":
            return None
        return datetime.combine(self.collateral_return_since_date, time(), UTC)


@dataclass(frozen=True)
class Findings:
    """How far is far."""

    drift_before_seconds: float
    drift_after_seconds: float
    positions_lag_seconds: float
    cash_tolerance_dollars: Decimal
    unresolved_after_seconds: float
