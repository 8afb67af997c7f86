-- Typed rows, every generation of the exchange folded into one shape. Books: dropped and rebuilt from landed.
-- Each row says where it was read: landed_seq and position (0-based, in the body's record list).
create schema if not exists parsed;

-- How the parsers read one value, each rule at one home. A value that these cannot take is null,
-- and the parser says so in a reject: never rounded, never defaulted. A database keeps the macros
-- that it was made with; a changed one comes with a migration (create or replace macro).

-- Dollars as sent in strings; trailing zeros are harmless, a finer value is none.
create macro exact_dollars(word) as
    try_cast(regexp_extract(word, '^-?\d{1,12}(\.\d{1,6}0*)?$') as decimal(18,6));

-- Dollars of what is sent in cents.
create macro exact_cents(word) as
    (try_cast(regexp_extract(word, '^-?\d{1,12}(\.\d{1,4}0*)?$') as decimal(18,4)) * 0.01)
        ::decimal(18,6);

-- Contracts, in hundredths at the finest.
create macro exact_contracts(word) as
    try_cast(regexp_extract(word, '^-?\d{1,12}(\.\d{1,2}0*)?$') as decimal(18,2));

-- A moment of this century with its zone.
create macro exact_moment(word) as
    if(
        word like '20__-__-__T__:__:__%'
        and (word like '%Z' or word like '%+__:__' or word like '%-__:__'),
        try_cast(word as timestamptz), null
    );

-- Before shards were named (orders 2026-05-15, the rest 2026-08-20) there was one, number 0.
create macro exchange_shard(word) as
    try_cast(regexp_extract(coalesce(word, '0'), '^\d{1,4}$') as integer);

-- A name, not the text of an object, of a list, of nothing or of no number (which JSON may not
-- tell and DuckDB reads); a ticker begins with a capital.
-- (Comparisons, because a regular expression a name costs a tenth of the parser's time.)
create macro is_identifier(word) as
    coalesce(
        word > '' and strlen(word) <= 128
        and not starts_with(word, '{') and not starts_with(word, '[')
        and word not in ('NaN', 'Infinity', '-Infinity'),
        false
    );

create macro is_ticker(word) as
    coalesce(
        word >= 'A' and word < '[' and strlen(word) <= 128 and word not in ('NaN', 'Infinity'),
        false
    );

-- The outcome that is bought. "sell no" is long YES: a sell of a side is the buy of the other.
create macro bought_outcome(outcome_word, book_word, action_word, side_word) as
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
create macro winning_range(wording, first_f, second_f) as
    case
        when wording = 'between' and first_f <= second_f then first_f || '..' || second_f
        when wording in ('less', 'less than', 'below') then '..' || first_f - 1
        when wording in ('less_or_equal', 'less than or equal to', 'at most') then '..' || first_f
        when wording in ('greater', 'greater than', 'above') then first_f + 1 || '..'
        when wording in ('greater_or_equal', 'greater than or equal to', 'at least')
            then first_f || '..'
    end;

-- A complaint in words: which field, and what was said.
create macro complaint(field, word) as field || ' is ' || left(coalesce(word, 'missing'), 120);

-- What is wrong with a body as a whole; null = nothing but what it lacks.
create macro body_complaint(words, bytes) as
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
    received_at timestamptz not null,         -- UTC, of the version kept: the latest
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

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
    status varchar not null,                  -- resting, canceled or executed
    price_dollars decimal(18,6) not null,     -- limit, of outcome_side
    contracts decimal(18,2) not null,         -- ordered
    filled_contracts decimal(18,2) not null,  -- filled so far
    remaining_contracts decimal(18,2) not null, -- resting now
    exchange_index integer not null,          -- shard
    created_at timestamptz,                   -- UTC
    updated_at timestamptz,                   -- UTC
    received_at timestamptz not null,         -- UTC, of the version kept: the latest
    landed_seq bigint not null,               -- where it was read
    position integer not null                 -- where it was read
);

create table parsed.fills (
    fill_id varchar not null,                 -- fill_id or trade_id, whichever was sent
    order_id varchar,                         -- the exchange's; null = not told
    client_order_id varchar,                  -- null since 2026-03-30, but for WebSocket frames
    ticker varchar not null,                  -- market
    outcome_side varchar not null,            -- what was bought; a legacy sell is a buy of the other side
    price_dollars decimal(18,6) not null,     -- of outcome_side
    yes_price_dollars decimal(18,6) not null, -- of YES
    contracts decimal(18,2) not null,         -- filled
    fee_dollars decimal(18,6),                -- as charged; null = not told
    is_taker boolean,                         -- null = not told
    exchange_index integer not null,          -- shard
    filled_at timestamptz not null,           -- UTC
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

create table parsed.rejects (
    request_id varchar not null,              -- where it was read
    position integer not null,                -- in the record list; -1 = the body as a whole
    noun varchar not null,                    -- table that could not take it
    feed varchar not null,                    -- feed
    reason varchar not null,                  -- why, in words
    record varchar,                           -- the record's text
    received_at timestamptz not null,         -- UTC
    landed_seq bigint not null                -- order of landing
);

-- written by: the store, with every parse: how far each noun has read; dropped with the books
create table parsed.progress (
    noun varchar not null,                    -- table of this schema
    until_seq bigint not null                 -- first landed_seq not read yet
);
