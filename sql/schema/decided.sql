-- What we decided, and under which rules. Facts.
create schema if not exists decided;

-- written by: the pipeline, when a policy is first used
create table decided.policies (
    policy_id varchar not null,               -- leading digits of the checksum
    adopted_at timestamptz not null,          -- UTC
    text varchar not null,                    -- the policy as read, overrides included
    sha256 varchar not null                   -- of the text
);

-- written by: a person, through kwx arm, disarm, block, unblock, halt, resume
create table decided.permissions (
    strategy_id varchar not null,             -- or * for all
    family varchar not null,                  -- series, or * for all
    state varchar not null,                   -- armed, disarmed, blocked, unblocked, halted, resumed
    set_at timestamptz not null,              -- UTC
    until_at timestamptz,                     -- UTC; an arm ends by itself
    reason varchar not null,                  -- in the person's words
    set_by varchar not null                   -- who
);

-- written by: the shell, whenever the policy in force says otherwise than before
create table decided.admissions (
    evidence varchar not null,                -- decision or hedge_pattern: what ledger.attribution may infer
    set_at timestamptz not null,              -- UTC; the latest row holds, without one it is admitted
    is_admitted boolean not null,             -- the ledger may use it
    policy_id varchar not null                -- of the policy that says so
);

create table decided.decisions (
    decision_id varchar not null,             -- hash of strategy, ticker, side, price, contracts and time
    decided_at timestamptz not null,          -- UTC
    run_id varchar not null,                  -- audit.runs
    strategy_id varchar not null,             -- ref.strategies
    family varchar not null,                  -- series
    event_ticker varchar not null,            -- ladder
    ticker varchar not null,                  -- market
    outcome_side varchar,                     -- yes or no; null = neither side was proposed
    yes_probability double not null,          -- literal P(YES), uncapped
    price_dollars decimal(18,6),              -- of outcome_side
    edge_dollars decimal(18,6),               -- after the expected fee
    contracts decimal(18,2) not null,         -- wished
    verdict varchar not null,                 -- post, shadow or pass
    reason varchar not null,                  -- first failing gate, or clear
    variant varchar not null,                 -- forecast variant that was traded
    mean_f double not null,                   -- °F
    sd_f double not null,                     -- °F
    sd_before_floor_f double not null,        -- °F
    floor_f double not null,                  -- °F
    standard_hour double not null,            -- local standard hour
    stability_hours double,                   -- since the running extreme last moved; null = unknown
    observation_age_seconds double,           -- null = no observation
    hours_to_close double not null,           -- to the exchange's close
    market_probability double,                -- null = no fresh two-sided quote
    policy_id varchar not null,               -- decided.policies
    gates struct(gate varchar, "position" integer, "value" double, threshold double, passed boolean)[] not null
                                              -- every gate in order; passed null = could not be known, which blocks
);

create view decided.gates as
select
    decisions.decision_id,
    unnested.gate.gate as gate,
    unnested.gate.position as position,
    unnested.gate.value as value,
    unnested.gate.threshold as threshold,
    unnested.gate.passed as passed
from decided.decisions as decisions
cross join unnest(decisions.gates) as unnested(gate);
