-- What we believed. Facts, made in Polars; one row per variant.
create schema if not exists forecast;

create table forecast.evidence (
    station_id varchar not null,              -- station
    climate_date date not null,               -- local standard date
    measure varchar not null,                 -- high or low
    as_of timestamptz not null,               -- UTC
    running_extreme_f integer,                -- °F, from observations of that day only; null = none yet
    exact_extreme_f integer,                  -- °F, from products that state it
    bound_f integer,                          -- °F that the extreme cannot be short of
    last_f integer,                           -- °F, bound given by the last observation; null = none yet
    last_observed_at timestamptz,             -- UTC
    observation_age_seconds double,           -- as_of minus last_observed_at; null = none yet
    last_change_at timestamptz,               -- UTC, when the running extreme last moved
    standard_hour double not null,            -- hours since local standard midnight; may leave 0-24
    is_day_over boolean not null,             -- the climate day has ended
    is_reconstructed boolean not null         -- some of it was reconstructed
);

create table forecast.channels (
    station_id varchar not null,              -- station
    climate_date date not null,               -- local standard date
    measure varchar not null,                 -- high or low
    source_id varchar not null,               -- ref.sources
    variant varchar not null,                 -- live, running_high, ...
    as_of timestamptz not null,               -- UTC
    mean_f double not null,                   -- °F
    sd_f double not null,                     -- °F
    sd_before_floor_f double not null,        -- °F
    lead_hours double not null,               -- to the end of the climate day
    is_included boolean not null,             -- took part in the combination
    exclusion varchar,                        -- why not
    raw_mean_f double not null,               -- °F before any correction
    bias_f double not null,                   -- °F subtracted
    branch varchar not null                   -- which rule made it
);

create table forecast.daily_extremes (
    event_ticker varchar not null,            -- ladder
    variant varchar not null,                 -- live, running_high, ...
    as_of timestamptz not null,               -- UTC
    station_id varchar not null,              -- station
    climate_date date not null,               -- local standard date
    measure varchar not null,                 -- high or low
    mean_f double not null,                   -- °F
    sd_f double not null,                     -- °F, after the floor
    sd_before_floor_f double not null,        -- °F
    floor_f double not null,                  -- °F, the floor in force
    first_f integer not null,                 -- °F of the first element of pmf
    pmf double[] not null,                    -- probability of each whole °F; sums to 1
    policy_id varchar not null                -- decided.policies
);

create table forecast.fair_values (
    ticker varchar not null,                  -- market
    variant varchar not null,                 -- live, running_high, ...
    as_of timestamptz not null,               -- UTC
    event_ticker varchar not null,            -- ladder
    yes_probability double not null,          -- literal P(YES); a ladder sums to 1
    market_probability double,                -- of a fresh two-sided quote, else null
    pooled_probability double                 -- both together; null where one is missing
);
