-- Reference data. Loaded whole from data/*.csv at init; `account` and `migrations` are written by `kwx init`.
create schema if not exists ref;

-- written by: kwx init, once; the last column by a tick, as policy says
create table ref.account (
    environment varchar not null,             -- paper, demo or live: which exchange this file may speak to
    account varchar not null,                 -- the account's name; one database serves one account
    created_at timestamptz not null,          -- UTC
    schema_version integer not null,          -- number of the newest migration at creation
    collateral_return_at timestamptz          -- UTC, since when NO legs of one event give cost back; null = never
);

-- written by: kwx init, one row an applied migration
create table ref.migrations (
    number integer not null,                  -- leading digits of the file's name
    name varchar not null,                    -- the file's name
    sha256 varchar not null,                  -- checksum of its text when it was applied
    applied_at timestamptz not null           -- UTC
);

create table ref.stations (
    station_id varchar not null,              -- ICAO identifier (KNYC)
    city varchar not null,                    -- name as people say it
    cli_id varchar not null,                  -- station code of the climate report (NYC)
    latitude double not null,                 -- degrees north
    longitude double not null,                -- degrees east
    elevation_m integer not null,             -- metres above sea level
    standard_offset_hours integer not null,   -- local standard time minus UTC, the whole year
    iana_zone varchar not null,               -- clock zone, for display only: never for a climate day
    wfo varchar not null,                     -- weather forecast office
    source varchar not null                   -- where the row was learned
);

create table ref.series (
    series_ticker varchar not null,           -- KXHIGHNY
    station_id varchar not null,              -- the station whose report settles it
    measure varchar not null,                 -- high or low
    is_active boolean not null,               -- false: listed in recordings, no longer traded
    source varchar not null                   -- where the row was learned
);

create table ref.strategies (
    strategy_id varchar not null,             -- the closed set of strategies
    code varchar not null,                    -- prefix of our client order ids
    book_id varchar not null,                 -- a strategy and its hedges share one book
    description varchar not null,             -- what it does
    since_date date not null                  -- first day of use
);

create table ref.prefixes (
    prefix varchar not null,                  -- of client order ids written by the predecessor
    strategy_id varchar not null,             -- what it meant
    since_date date not null,                 -- first day of use
    until_date date                           -- first day no longer in use
);

create table ref.feeds (
    feed varchar not null,                    -- name under which bodies are landed
    cadence_seconds integer,                  -- how often the executor asks; null = never by itself
    host varchar not null,                    -- key of the host in the settings
    path varchar not null,                    -- URL path
    record_path varchar                       -- JSON path of the records in a body; null = text
);

create table ref.fields (
    feed varchar not null,                    -- feed
    field varchar not null,                   -- JSON key of a record
    presence varchar not null,                -- required (a record without it is refused), needed
                                              -- (kept, but books rest on it), optional or retired
    type varchar not null,                    -- JSON types, joined by |
    announced_date date,                      -- when the exchange announced a change
    since_date date,                          -- first seen
    until_date date,                          -- first day without it
    source varchar not null                   -- where the row was learned
);

create table ref.sources (
    source_id varchar not null,               -- one source means one thing
    channel varchar not null,                 -- channel that turns it into a distribution
    run_family varchar not null,              -- model runs that share their errors
    description varchar not null              -- what it is
);

-- A rule counts from a moment on. That of an event or a market beats that of its series, that of a
-- series the one for all; so an override is a row, and a waiver is a row with multiplier 0. The
-- newest row that names a rounding says how everything is rounded.
create table ref.fees (
    series_ticker varchar not null,           -- series, or an event or market of one; * = all
    effective_from timestamptz not null,      -- UTC
    fee_type varchar not null,                -- quadratic, quadratic_with_maker_fees, …; waived
    multiplier decimal(18,6) not null,        -- the series' fee multiplier
    taker_rate decimal(18,6) not null,        -- dollars a contract at p(1-p) = 1
    maker_rate decimal(18,6) not null,        -- the same for a resting order
    rounding varchar,                         -- cent_up, centicent_up or micro_up; null = as for all
    source varchar not null,                  -- where the row was learned
    effective_until timestamptz,              -- UTC, first moment without it; null = no end is known
    possible_from timestamptz,                -- UTC, it may have begun as early; null = effective_from
    certain_from timestamptz                  -- UTC, it had begun by then; null = effective_from
);
