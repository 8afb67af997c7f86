-- What we told the exchange, and what it answered. Facts.
create schema if not exists posted;

create table posted.intents (
    intent_id varchar not null,               -- hash of the decision, or of the order to cancel
    client_order_id varchar not null,         -- code of the strategy, _, 26 base-32 characters
    decision_id varchar,                      -- decided.decisions; null for a cancel
    strategy_id varchar not null,             -- ref.strategies
    kind varchar not null,                    -- create or cancel
    order_id varchar,                         -- of the order to cancel
    ticker varchar not null,                  -- market
    outcome_side varchar not null,            -- yes or no
    price_dollars decimal(18,6) not null,     -- limit, of outcome_side
    contracts decimal(18,2) not null,         -- ordered
    time_in_force varchar not null,           -- the exchange's word
    post_only boolean not null,               -- never take
    expires_at timestamptz,                   -- UTC; null = until cancelled
    close_at timestamptz,                     -- UTC; until then a never-landed intent blocks its market and side
    intended_at timestamptz not null          -- UTC
);

-- written by: the executor, one commit an answer
create table posted.outcomes (
    intent_id varchar not null,               -- posted.intents
    observed_at timestamptz not null,         -- UTC
    state varchar not null,                   -- accepted, rejected, unknown, never_landed, landed_after_all, cancelled
    order_id varchar,                         -- never null when accepted
    code varchar,                             -- the exchange's error code
    message varchar,                          -- the exchange's words, shortened
    evidence varchar not null                 -- response or order_list
);

-- written by: a person, through kwx correct
create table posted.corrections (
    fill_id varchar not null,                 -- parsed.fills
    made_at timestamptz not null,             -- UTC
    strategy_id varchar not null,             -- ref.strategies
    reason varchar not null,                  -- in the person's words
    made_by varchar not null                  -- who
);

-- The last word on each intent; no word at all is as good as unknown.
create view posted.states as
select
    intents.*,
    coalesce(latest.state, 'unknown') as state,
    latest.order_id as outcome_order_id,
    latest.observed_at,
    latest.code
from posted.intents as intents
left join (
    select
        intent_id,
        arg_max(state, (observed_at, state)) as state,
        max(order_id) as order_id,
        max(observed_at) as observed_at,
        arg_max(code, (observed_at, state)) as code
    from posted.outcomes
    group by intent_id
) as latest on latest.intent_id = intents.intent_id;
