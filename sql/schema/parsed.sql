-- Typed rows, every generation of the exchange folded into one shape. Books: dropped and rebuilt from landed.
-- Each row says where it was read: landed_seq and position (0-based, in the body's record list).
create schema if not exists parsed;

-- How the parsers read one value, each rule at one home. A value that these cannot take is null,
-- and the parser says so in a reject: never rounded, never defaulted. A database keeps the macros
-- that it was made with; a changed one comes with a migration (create or replace macro).

-- Dollars as sent in strings; trailing zeros are harmless, a finer value is none.
create or replace macro exact_dollars(word) as
    try_cast(regexp_extract(word, '^-?\d{1,12}(\.\d{1,6}0*)?$') as decimal(18,6));

-- Dollars of what is sent in cents.
create or replace macro exact_cents(word) as
    (try_cast(regexp_extract(word, '^-?\d{1,12}(\.\d{1,4}0*)?$') as decimal(18,4)) * 0.01)
        ::decimal(18,6);

-- The words of a JSON value.
create or replace macro unquoted(told) as trim(told::varchar, '"');

-- Dollars of a key without suffix, as JSON: a number is whole cents (until 2026-03-12), a text is
-- dollars (the historical answers' own names). A number with a fraction could be either: none.
create or replace macro cents_or_dollars(told) as
    if(
        starts_with(told::varchar, '"'), exact_dollars(unquoted(told)),
        exact_cents(regexp_extract(told::varchar, '^-?\d{1,12}$'))
    );

-- Contracts, in hundredths at the finest.
create or replace macro exact_contracts(word) as
    try_cast(regexp_extract(word, '^-?\d{1,12}(\.\d{1,2}0*)?$') as decimal(18,2));

-- A moment of this century with its zone.
create or replace macro exact_moment(word) as
    if(
        word like '20__-__-__T__:__:__%'
        and (word like '%Z' or word like '%+__:__' or word like '%-__:__'),
        try_cast(word as timestamptz), null
    );

-- A moment as Unix seconds or milliseconds, whole numbers of this century.
create or replace macro exact_epoch(word) as
    case
        when regexp_full_match(word, '\d{10}') then make_timestamptz(try_cast(word as bigint) * 1000000)
        when regexp_full_match(word, '\d{13}') then make_timestamptz(try_cast(word as bigint) * 1000)
    end;

-- Before shards were named (orders 2026-05-15, the rest 2026-08-20) there was one, number 0.
create or replace macro exchange_shard(word) as
    try_cast(regexp_extract(coalesce(word, '0'), '^\d{1,4}$') as integer);

-- Seconds since 1970 as SQLite keeps them, a float: exact to the microsecond in this century.
create or replace macro float_epoch(word) as
    case when try_cast(word as double) between 946684800 and 4102444800
        then make_timestamptz(round(word::double * 1000000)::bigint) end;

-- A name, not the text of an object, of a list, of nothing or of no number (which JSON may not
-- tell and DuckDB reads); a ticker begins with a capital.
-- (Comparisons, because a regular expression a name costs a tenth of the parser's time.)
create or replace macro is_identifier(word) as
    coalesce(
        word > '' and strlen(word) <= 128
        and not starts_with(word, '{') and not starts_with(word, '[')
        and word not in ('NaN', 'Infinity', '-Infinity'),
        false
    );

create or replace macro is_ticker(word) as
    coalesce(
        word >= 'A' and word < '[' and strlen(word) <= 128 and word not in ('NaN', 'Infinity'),
        false
    );

-- The outcome that is bought. "sell no" is long YES: a sell of a side is the buy of the other.
create or replace macro bought_outcome(outcome_word, book_word, action_word, side_word) as
    coalesce(
        outcome_word,
        case book_word when 'bid' then 'yes' when 'ask' then 'no' end,
        case concat_ws(' ', action_word, side_word)
            when 'buy yes' then 'yes' when 'sell no' then 'yes'
            when 'buy no' then 'no' when 'sell yes' then 'no'
        end
    );

-- Whole °F that win, both ends included, as 'lower..upper', nothing = open; null = undecided.
-- The same geometry as kwx_core/ladder.py.
create or replace macro winning_range(wording, first_f, second_f) as
    case
        when wording = 'between' and first_f <= second_f then first_f || '..' || second_f
        when wording in ('less', 'less than', 'below') then '..' || first_f - 1
        when wording in ('less_or_equal', 'less than or equal to', 'at most') then '..' || first_f
        when wording in ('greater', 'greater than', 'above') then first_f + 1 || '..'
        when wording in ('greater_or_equal', 'greater than or equal to', 'at least')
            then first_f || '..'
    end;

-- A complaint in words: which field, and what was said.
create or replace macro complaint(field, word) as field || ' is ' || left(coalesce(word, 'missing'), 120);

-- What is wrong with a body as a whole; null = nothing but what it lacks.
create or replace macro body_complaint(words, bytes) as
    case
        when bytes is not null then 'the body is not UTF-8 text'
        when coalesce(regexp_full_match(words, '\s*'), true) then 'the body is empty'
        when not json_valid(words) then 'the body is not JSON'
    end;

create table parsed.markets (
    ticker varchar not null,                  -- market
    event_ticker varchar not null,            -- its ladder
    series_ticker varchar not null,           -- part of the event ticker before its first dash
    station_id varchar,                       -- null outside ref.series: counts in money, is never traded
    measure varchar,                          -- high or low; null outside ref.series
    climate_date date,                        -- local standard date that it settles on; null outside ref.series
    strike_type varchar,                      -- as sent; null where the exchange left it out (2025-01-16 to 02-09)
    floor_strike decimal(18,6),               -- as sent
    cap_strike decimal(18,6),                 -- as sent
    lower_f integer,                          -- °F, inclusive; null = open below
    upper_f integer,                          -- °F, inclusive; null = open above
    bounds_evidence varchar,                  -- strikes, subtitle or rules; null = undecidable, never traded
    status varchar not null,                  -- as sent
    market_result varchar,                    -- yes, no, scalar, void; null = not known yet
    settlement_value_dollars decimal(18,6),   -- dollars a YES contract; null = not known yet
    expiration_value_f double,                -- °F the exchange settled on; null = blank or not a number
    open_at timestamptz,                      -- UTC
    close_at timestamptz,                     -- UTC
    settled_at timestamptz,                   -- UTC
    rules_template_sha256 varchar,            -- of the rules text with dates and numbers masked
    is_imported boolean not null,             -- told by the predecessor's books; the exchange's own word beats it
    settlement_source varchar,                -- who reports the temperature, in the rules' words
    settlement_timer_seconds integer,         -- from the result to the payout
    received_at timestamptz not null,         -- UTC, of the version kept: the latest
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

-- The rules of each series, a row for each day on which one of them changed, the first day included.
create view parsed.series_rules as
with events as (
    select
        markets.series_ticker,
        markets.climate_date,
        string_agg(distinct rules_template_sha256, ' ' order by rules_template_sha256) as template,
        string_agg(distinct settlement_source, ' / ' order by settlement_source) as source,
        max(settlement_timer_seconds) as timer_seconds,
        max(close_at) as close_at,
        -- Minutes from the local midnight to the close, :59 and :00 being the same; not told of
        -- the days on which the clock is changed.
        any_value(timezone(iana_zone, climate_date + 1) - timezone(iana_zone, climate_date::timestamp)
            = interval 24 hour) as is_plain,
        max(date_diff('minute', climate_date + 1 - to_hours(standard_offset_hours),
            close_at::timestamp + interval 1 minute) // 2 * 2) as standard_minutes,
        max(date_diff('minute', climate_date + 1, timezone(iana_zone, close_at)
            + interval 1 minute) // 2 * 2) as clock_minutes,
        min(ticker) as ticker,
        max(landed_seq) as landed_seq
    from parsed.markets as markets
    inner join ref.stations as stations on stations.station_id = markets.station_id
    where climate_date is not null and close_at is not null
    group by markets.series_ticker, markets.climate_date
),

beside_former as (
    select
        *,
        row_number() over series = 1 as is_first,
        lag(template ignore nulls) over series as former_template,
        lag(source ignore nulls) over series as former_source,
        lag(timer_seconds ignore nulls) over series as former_timer_seconds,
        lag(if(is_plain, standard_minutes, null) ignore nulls) over series
            as former_standard_minutes,
        lag(if(is_plain, clock_minutes, null) ignore nulls) over series as former_clock_minutes,
        -- In winter the two midnights are one, which tells neither.
        case
            when is_plain and standard_minutes = 0 and clock_minutes <> 0
                then 'midnight, standard time'
            when is_plain and clock_minutes = 0 and standard_minutes <> 0
                then 'midnight, clock time'
        end as midnight
    from events
    window series as (partition by series_ticker order by climate_date)
),

compared as (
    select
        *,
        lag(midnight ignore nulls) over (
            partition by series_ticker order by climate_date
        ) as former_midnight,
        midnight <> former_midnight or (
            is_plain
            and standard_minutes <> former_standard_minutes
            and clock_minutes <> former_clock_minutes
        ) as closes_otherwise
    from beside_former
)

select
    series_ticker,
    climate_date as since_date,
    is_first,
    template as rules_template_sha256,
    source as settlement_source,
    timer_seconds as settlement_timer_seconds,
    coalesce(
        midnight,
        if(standard_minutes = 0, 'midnight', standard_minutes || ' minutes from standard midnight')
    ) as close_convention,
    (
        select arg_max(fees.fee_type, (fees.series_ticker <> '*', fees.effective_from))
        from ref.fees as fees
        where fees.series_ticker in (compared.series_ticker, '*')
            and fees.effective_from <= compared.close_at
    ) as fee_type,
    former_template,
    former_source,
    former_timer_seconds,
    coalesce(closes_otherwise, false) as closes_otherwise,
    ticker,
    landed_seq
from compared
where is_first
    or template <> former_template
    or source <> former_source
    or timer_seconds <> former_timer_seconds
    or closes_otherwise;

create table parsed.quotes (
    ticker varchar not null,                  -- market
    quoted_at timestamptz not null,           -- UTC, time of receipt
    yes_bid_dollars decimal(18,6),            -- a side exists only if 0 < price < 1 and its size is not <= 0
    yes_bid_contracts decimal(18,2),          -- null where the generation sent no sizes
    yes_ask_dollars decimal(18,6),            -- as yes_bid_dollars
    yes_ask_contracts decimal(18,2),          -- as yes_bid_contracts
    last_price_dollars decimal(18,6),         -- null = never traded
    volume_contracts decimal(18,2),           -- lifetime
    status varchar not null,                  -- as sent
    received_at timestamptz not null,         -- UTC; equals quoted_at
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

create table parsed.book_levels (
    ticker varchar not null,                  -- market
    quoted_at timestamptz not null,           -- UTC, time of receipt
    book_side varchar not null,               -- bid or ask of the YES book
    price_dollars decimal(18,6) not null,     -- YES price
    contracts decimal(18,2) not null,         -- resting there
    received_at timestamptz not null,         -- UTC; equals quoted_at
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

create table parsed.trades (
    trade_id varchar not null,                -- public trade
    ticker varchar not null,                  -- market
    traded_at timestamptz not null,           -- UTC
    yes_price_dollars decimal(18,6) not null, -- YES price
    contracts decimal(18,2) not null,         -- traded
    taker_outcome_side varchar not null,      -- yes or no
    received_at timestamptz not null,         -- UTC, first receipt
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

create table parsed.observations (
    station_id varchar not null,              -- station
    observed_at timestamptz not null,         -- UTC, the observation's own time, not a rounded label
    kind varchar not null,                    -- point, interval or exact_extreme
    lower_f integer not null,                 -- °F; equal bounds for a point
    upper_f integer not null,                 -- °F
    measure varchar,                          -- high or low, for an exact extreme
    window_start_at timestamptz,              -- UTC, of an exact extreme
    window_end_at timestamptz,                -- UTC, of an exact extreme
    raw varchar not null,                     -- the report
    raw_sha256 varchar not null,              -- of the report; part of the grain
    is_reconstructed boolean not null,        -- labelled so by its maker; barred from every score
    received_at timestamptz not null,         -- UTC, first receipt
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

create table parsed.guidance (
    station_id varchar not null,              -- station
    climate_date date not null,               -- local standard date
    measure varchar not null,                 -- high or low
    source_id varchar not null,               -- ref.sources
    issued_at timestamptz not null,           -- UTC, run time, or receipt where the source does not say
    value_f double not null,                  -- °F
    sd_f double,                              -- °F, where the source gives one
    is_reconstructed boolean not null,        -- labelled so by its maker; barred from every score
    received_at timestamptz not null,         -- UTC, first receipt
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

create table parsed.orders (
    order_id varchar not null,                -- the exchange's
    client_order_id varchar,                  -- ours, or a person's
    ticker varchar not null,                  -- market
    outcome_side varchar not null,            -- yes or no: what is bought
    status varchar not null,                  -- resting, canceled or executed; posted = the predecessor's, fate untold
    price_dollars decimal(18,6) not null,     -- limit, of outcome_side
    contracts decimal(18,2) not null,         -- ordered
    filled_contracts decimal(18,2),           -- filled so far; null = not told
    remaining_contracts decimal(18,2),        -- resting now; null = not told
    exchange_index integer not null,          -- shard
    created_at timestamptz,                   -- UTC
    updated_at timestamptz,                   -- UTC
    is_imported boolean not null,             -- told by the predecessor's books; the exchange's own word beats it
    received_at timestamptz not null,         -- UTC, of the version kept: the latest
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

create table parsed.fills (
    fill_id varchar not null,                 -- fill_id or trade_id, whichever was sent
    order_id varchar,                         -- the exchange's; null = no receipt told
    client_order_id varchar,                  -- null since 2026-03-30, unless a WebSocket frame told it
    ticker varchar not null,                  -- market
    outcome_side varchar not null,            -- what was bought; a legacy sell is a buy of the other side
    price_dollars decimal(18,6) not null,     -- of outcome_side
    yes_price_dollars decimal(18,6) not null, -- of YES
    contracts decimal(18,2) not null,         -- filled
    fee_dollars decimal(18,6),                -- as charged; null = no receipt told
    is_taker boolean,                         -- null = no receipt told
    exchange_index integer not null,          -- shard
    filled_at timestamptz not null,           -- UTC
    is_imported boolean not null,             -- told by the predecessor's books; the exchange's own word beats it
    received_at timestamptz not null,         -- UTC, first receipt
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

create table parsed.settlements (
    ticker varchar not null,                  -- market
    event_ticker varchar,                     -- its ladder
    market_result varchar,                    -- yes, no, scalar, void; null = unknown, which stays pending
    settlement_value_dollars decimal(18,6),   -- dollars a YES contract; null = not told
    settled_at timestamptz,                   -- UTC
    exchange_index integer not null,          -- shard
    revenue_reported_dollars decimal(18,6),   -- kept and compared, never used
    yes_contracts_reported decimal(18,2),     -- gross over the market's life
    no_contracts_reported decimal(18,2),      -- gross over the market's life
    yes_cost_reported_dollars decimal(18,6),  -- gross
    no_cost_reported_dollars decimal(18,6),   -- gross
    fee_reported_dollars decimal(18,6),       -- sum of trade fees
    profit_reported_dollars decimal(18,6),    -- only from the predecessor's books
    is_imported boolean not null,             -- told by the predecessor's books; the exchange's own word beats it
    received_at timestamptz not null,         -- UTC, of the version kept: the latest
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

create table parsed.payments (
    ticker varchar not null,                  -- market
    settled_at timestamptz not null,          -- UTC; a result corrected after it was paid has a later one
    market_result varchar not null,           -- yes, no, scalar, void
    settlement_value_dollars decimal(18,6),   -- dollars a YES contract; null = not told
    received_at timestamptz not null,         -- UTC, when this was last said of this moment
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

create table parsed.transfers (
    transfer_id varchar not null,             -- the exchange's
    kind varchar not null,                    -- deposit or withdrawal
    amount_dollars decimal(18,6) not null,    -- positive, whichever way it goes
    fee_dollars decimal(18,6),                -- charged for the transfer; null = not told
    status varchar not null,                  -- as sent: pending, applied, failed, returned
    exchange_index integer not null,          -- shard
    finalized_at timestamptz,                 -- UTC, when it came to this state; null = not told
    received_at timestamptz not null,         -- UTC, when it was last said to be in this state
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

create table parsed.shard_moves (
    transfer_id varchar not null,             -- the exchange's
    source_exchange_index integer,            -- shard that it left; null = it came from margin trading
    destination_exchange_index integer,       -- shard that it went to; null = it went to margin trading
    amount_dollars decimal(18,6) not null,    -- positive
    status varchar not null,                  -- as sent: pending, complete
    moved_at timestamptz,                     -- UTC, when the money counts; null = it does not (yet)
    received_at timestamptz not null,         -- UTC, of the version kept: the latest
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

create table parsed.positions (
    ticker varchar not null,                  -- market
    exchange_index integer not null,          -- shard
    contracts decimal(18,2) not null,         -- signed: negative = NO
    exposure_dollars decimal(18,6),           -- as reported
    realized_profit_dollars decimal(18,6),    -- as reported
    fee_dollars decimal(18,6),                -- as reported
    is_complete boolean not null,             -- the pull that it came in was complete
    received_at timestamptz not null,         -- UTC
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

create table parsed.balances (
    exchange_index integer not null,          -- shard
    balance_dollars decimal(18,6) not null,   -- available
    portfolio_value_dollars decimal(18,6),    -- as reported, of the whole account
    received_at timestamptz not null,         -- UTC
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

create table parsed.user_data_timestamps (
    as_of_at timestamptz not null,            -- UTC: portfolio answers are at least as new as this
    received_at timestamptz not null,         -- UTC
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

-- What the predecessor decided: another program's facts, so they stand beside decided.decisions.
create table parsed.imported_decisions (
    decision_id varchar not null,             -- predecessor: and its row number, padded
    decided_at timestamptz not null,          -- UTC
    strategy_id varchar not null,             -- ref.strategies, by its decision_type
    ticker varchar not null,                  -- market
    outcome_side varchar,                     -- yes or no; null = neither was proposed
    yes_probability double not null,          -- literal P(YES), as the predecessor logged it
    price_dollars decimal(18,6),              -- of outcome_side; null = not told
    contracts decimal(18,2),                  -- wished; null = not told
    verdict varchar not null,                 -- post (posted or filled), shadow or pass
    order_id varchar,                         -- from its notes; null = its order is not known
    received_at timestamptz not null,         -- UTC, of the version kept: the latest
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

-- What the predecessor's books said, in the terms of ours: the old value of each repair.
create table parsed.predecessor_books (
    table_name varchar not null,              -- ledger.attribution or ledger.settlements
    row_key varchar not null,                 -- fill_id or ticker
    column_name varchar not null,             -- strategy_id or profit_dollars
    reported_value varchar not null,          -- as that column would show it
    received_at timestamptz not null,         -- UTC, of the version kept: the latest
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

-- The statistics behind audit.field_drift. One page of each shape is kept whole for every six hours
-- of a feed, the newest: each shape that comes is counted record by record, and of those that go on
-- coming a sample.
create table parsed.field_pages (
    feed varchar not null,                    -- ref.feeds
    slot_at timestamptz not null,             -- UTC, beginning of the six hours
    shape varchar not null,                   -- hash of every key and its type
    records integer,                          -- records of the page; null = it has no list of them
    fields struct(
        field varchar,                        -- key, parent.child, or key=word of a choice
        present bigint,                       -- records that have it and not null
        nulls bigint,                         -- records in which it is null
        zeros bigint,                         -- records in which it is 0
        types varchar[],                      -- JSON types
        least double,                         -- smallest number, sign and zeros apart
        middle double,                        -- middle one of the numbers, sign and zeros apart
        greatest double                       -- greatest number, sign apart
    )[] not null,                             -- one entry a key
    state varchar,                            -- hash of what the audit judges; null = no list
    request_id varchar not null,              -- landed.requests, the sample
    received_at timestamptz not null,         -- UTC
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- 0: the page as a whole
);

create table parsed.rejects (
    request_id varchar not null,              -- where it was read
    position integer not null,                -- in the record list; -1 = the body as a whole
    noun varchar not null,                    -- maker that could not take it
    feed varchar not null,                    -- feed
    reason varchar not null,                  -- why, in words
    record varchar,                           -- the record's text
    received_at timestamptz not null,         -- UTC
    landed_seq bigint not null                -- order of landing
);

-- written by: the store, with every parse: how far each noun has read; dropped with the books
create table parsed.progress (
    noun varchar not null,                    -- maker under sql/parsed
    until_seq bigint not null                 -- first landed_seq not read yet
);
