-- The books. Dropped and rebuilt from parsed and posted; each has one maker under sql/ledger.
create schema if not exists ledger;

create table ledger.attribution (
    fill_id varchar not null,                 -- parsed.fills
    strategy_id varchar not null,             -- manual when nobody's
    book_id varchar not null,                 -- the strategy's book
    evidence varchar not null,                -- correction, client_order_id, order_id, order_list, prefix, none
    intent_id varchar,                        -- posted.intents
    is_inferred boolean not null,             -- a likelihood rather than an identity
    ticker varchar not null,                  -- market
    filled_at timestamptz not null            -- UTC
);

create table ledger.fee_checks (
    fill_id varchar not null,                 -- parsed.fills
    ticker varchar not null,                  -- market
    filled_at timestamptz not null,           -- UTC
    rule varchar,                             -- taker, maker or untold, and the fee type; null = none known
    era varchar,                              -- the rounding in force; null = none known
    model_fee_dollars decimal(18,6),          -- by ref.fees; null = no rule known
    fee_dollars decimal(18,6),                -- as charged; null = not told, the books carry the model's
    difference_dollars decimal(18,6),         -- charged - model
    is_agreed boolean                         -- null = not told, or by a role or rule not known
);

create table ledger.positions (
    book_id varchar not null,                 -- book
    ticker varchar not null,                  -- market
    yes_contracts decimal(18,2) not null,     -- bought, gross
    no_contracts decimal(18,2) not null,      -- bought, gross
    netted_contracts decimal(18,2) not null,  -- pairs that have returned their dollar
    cost_dollars decimal(18,6) not null,      -- paid, gross
    fee_dollars decimal(18,6) not null,       -- paid
    last_filled_at timestamptz not null       -- UTC
);

create table ledger.settlements (
    ticker varchar not null,                  -- market
    market_result varchar,                    -- yes, no, scalar, void; null = unknown
    yes_value_dollars decimal(18,6),          -- a YES contract pays it, NO the rest; null = unknown
    state varchar not null,                   -- settled, pending or incomplete
    yes_contracts decimal(18,2) not null,     -- of our own fills, gross
    no_contracts decimal(18,2) not null,      -- of our own fills, gross
    payout_dollars decimal(18,6),             -- of our own fills; null = pending
    cost_dollars decimal(18,6) not null,      -- of our own fills
    fee_dollars decimal(18,6) not null,       -- of our own fills
    profit_dollars decimal(18,6),             -- payout - cost - fee; null = pending
    is_win boolean,                           -- profit > 0; null = pending
    revenue_reported_dollars decimal(18,6),   -- the exchange's, kept and compared, never used
    disagrees boolean not null,               -- the exchange's figures contradict our fills
    settled_at timestamptz                    -- UTC
);

create table ledger.pnl_by_strategy (
    strategy_id varchar not null,             -- strategy
    book_id varchar not null,                 -- its book
    ticker varchar not null,                  -- market
    family varchar not null,                  -- series
    yes_contracts decimal(18,2) not null,     -- bought
    no_contracts decimal(18,2) not null,      -- bought
    payout_dollars decimal(18,6),             -- null = pending
    cost_dollars decimal(18,6) not null,      -- paid
    fee_dollars decimal(18,6) not null,       -- paid
    profit_dollars decimal(18,6),             -- null = pending
    state varchar not null,                   -- settled, pending or incomplete
    last_filled_at timestamptz not null       -- UTC
);

create table ledger.pnl (
    book_id varchar not null,                 -- book
    ticker varchar not null,                  -- market
    family varchar not null,                  -- series
    payout_dollars decimal(18,6),             -- null = pending
    cost_dollars decimal(18,6) not null,      -- paid
    fee_dollars decimal(18,6) not null,       -- paid
    profit_dollars decimal(18,6),             -- null = pending
    state varchar not null,                   -- settled, pending or incomplete
    last_filled_at timestamptz not null       -- UTC
);

create table ledger.cash (
    flow_id varchar not null,                 -- kind and cause, as in fill:<fill_id>
    flowed_at timestamptz not null,           -- UTC
    exchange_index integer not null,          -- shard
    kind varchar not null,                    -- opening, reserve, release, fill, fee, netting, settlement
    ticker varchar,                           -- market
    amount_dollars decimal(18,6) not null,    -- signed
    balance_dollars decimal(18,6) not null    -- after it
);

create table ledger.cash_proof (
    exchange_index integer not null,          -- shard
    received_at timestamptz not null,         -- UTC, of the reading
    reported_balance_dollars decimal(18,6) not null, -- the exchange's
    derived_balance_dollars decimal(18,6) not null,  -- ours
    unexplained_dollars decimal(18,6) not null       -- reported - derived
);

-- A model fee, up to the step that its era of ref.fees rounds to. Each branch is cast by itself:
-- a case over decimals of several scales keeps the coarsest (DuckDB 1.5).
create macro ledger.rounded_up(amount, rounding) as
    case rounding
        when 'cent_up' then (ceil(amount * 100) * 0.01)::decimal(18,6)
        when 'centicent_up' then (ceil(amount * 10000) * 0.0001)::decimal(18,6)
        when 'micro_up' then (ceil(amount * 1000000) * 0.000001)::decimal(18,6)
    end;

-- The closest scope of ref.fees that a market belongs to: an event is the market's ticker up to a
-- dash, a series the event's.
create macro ledger.fee_scope(ticker) as
    coalesce(
        list_filter(
            (
                select list(distinct fees.series_ticker order by fees.series_ticker desc)
                from ref.fees as fees
                where fees.series_ticker <> '*'
            ),
            lambda scope: starts_with(ticker || '-', scope || '-')
        )[1],
        '*'
    );

-- What the markets of each scope are charged, from each moment at which a rule begins or ends.
-- Nobody knows the moment of some roundings: there are readings in which they began as early or
-- as late as they can have, beside the dated one.
create view ledger.tariffs as
with rules as (
    select
        fees.*,
        readings.reading,
        case
            -- A fill with a wrong date has a fee all the same: the oldest rule held from ever on.
            when fees.effective_from = (select min(oldest.effective_from) from ref.fees as oldest)
                then timestamptz '2000-01-01 00:00:00+00'
            when readings.reading = 'earliest' then coalesce(fees.possible_from, fees.effective_from)
            when readings.reading = 'latest' then coalesce(fees.certain_from, fees.effective_from)
            else fees.effective_from
        end as begins_at,
        if(fees.series_ticker = '*', 0, strlen(fees.series_ticker)) as closeness
    from ref.fees as fees
    cross join (values ('dated'), ('earliest'), ('latest')) as readings (reading)
),

chains as (
    select scopes.scope, rules.*
    from (select distinct fees.series_ticker as scope from ref.fees as fees) as scopes
    inner join rules
        on rules.series_ticker = '*'
        or starts_with(scopes.scope || '-', rules.series_ticker || '-')
),

moments as (
    select scope, reading, begins_at as from_at
    from chains
    union
    select scope, reading, effective_until
    from chains
    where effective_until is not null
)

select
    moments.scope,
    moments.reading,
    moments.from_at,
    lead(moments.from_at, 1, 'infinity') over (
        partition by moments.scope, moments.reading order by moments.from_at
    ) as until_at,
    arg_max(chains.fee_type, (chains.closeness, chains.begins_at)) as fee_type,
    arg_max(
        (chains.taker_rate::decimal(38,6) * chains.multiplier)::decimal(38,10),
        (chains.closeness, chains.begins_at)
    ) as taker_rate,
    arg_max(
        (chains.maker_rate::decimal(38,6) * chains.multiplier)::decimal(38,10),
        (chains.closeness, chains.begins_at)
    ) as maker_rate,
    arg_max(chains.rounding, (chains.begins_at, chains.closeness)) as rounding
from moments
left join chains
    on chains.scope = moments.scope
    and chains.reading = moments.reading
    and chains.begins_at <= moments.from_at
    and coalesce(chains.effective_until > moments.from_at, true)
group by moments.scope, moments.reading, moments.from_at;

-- What each fill should have cost besides its price before its order is given anything back, in
-- each reading that can differ. Since 2026-05-28 the balance is floored to the hundredth of a cent,
-- and the dust of that goes on top of the fee. A role that nobody told is charged as a taker's.
create view ledger.charges as
with unsure as (
    select distinct coalesce(fills.order_id, fills.fill_id) as order_id
    from parsed.fills as fills
    inner join ref.fees as fees
        on fills.filled_at >= fees.possible_from and fills.filled_at < fees.certain_from
),

fills as (
    select
        fills.fill_id,
        coalesce(fills.order_id, fills.fill_id) as order_id,
        fills.filled_at,
        ledger.fee_scope(fills.ticker) as scope,
        fills.is_taker,
        fills.price_dollars::decimal(38,6) * fills.contracts as cost_dollars,
        cost_dollars * (1 - fills.price_dollars) as weight_dollars
    from parsed.fills as fills
),

readings as (
    select *, 'dated' as reading
    from fills
    union all
    select fills.*, readings.reading
    from fills
    cross join (values ('earliest'), ('latest')) as readings (reading)
    where fills.order_id in (select unsure.order_id from unsure)
)

select
    readings.fill_id,
    readings.reading,
    readings.order_id,
    readings.filled_at,
    tariffs.fee_type,
    tariffs.rounding,
    ledger.rounded_up(
        if(readings.is_taker is false, tariffs.maker_rate, tariffs.taker_rate)
        * readings.weight_dollars, tariffs.rounding
    ) as trade_fee_dollars,
    case tariffs.rounding
        when 'cent_up' then trade_fee_dollars::decimal(38,8)
        else (
            ceil((readings.cost_dollars + trade_fee_dollars) * 10000) * 0.0001
            - readings.cost_dollars
        )::decimal(38,8)
    end as charge_dollars,
from readings
inner join ledger.tariffs
    on tariffs.scope = readings.scope
    and tariffs.reading = readings.reading
    and readings.filled_at >= tariffs.from_at
    and readings.filled_at < tariffs.until_at;

-- Each fill with its money. The fee is the one charged; where nobody told it, the model's, and
-- ledger.fee_checks says so.
create view ledger.fills as
select
    fills.fill_id,
    fills.order_id,
    fills.ticker,
    fills.exchange_index,
    fills.filled_at,
    case fills.outcome_side when 'yes' then fills.contracts else 0 end as yes_contracts,
    case fills.outcome_side when 'no' then fills.contracts else 0 end as no_contracts,
    -- Six decimals of price times two of contracts: exact.
    fills.price_dollars::decimal(38,6) * fills.contracts as cost_dollars,
    coalesce(fills.fee_dollars, models.fee_dollars) as fee_dollars
from parsed.fills as fills
left join (
    select checks.fill_id, checks.model_fee_dollars as fee_dollars
    from ledger.fee_checks as checks
    where checks.fee_dollars is null
) as models on models.fill_id = fills.fill_id;

-- Which of our strategies an order belongs to, by what the exchange told us of the order itself.
create view ledger.order_owners as
with intents as (
    select
        client_order_id,
        min(intent_id) as intent_id,
        arg_min(strategy_id, intent_id) as strategy_id
    from posted.intents
    where kind = 'create'
    group by client_order_id
),

answers as (
    select
        outcomes.order_id,
        arg_min(intents.intent_id, (outcomes.observed_at, intents.intent_id)) as intent_id,
        arg_min(intents.strategy_id, (outcomes.observed_at, intents.intent_id)) as strategy_id
    from posted.outcomes as outcomes
    inner join posted.intents as intents on intents.intent_id = outcomes.intent_id
    where outcomes.order_id is not null and intents.kind = 'create'
    group by outcomes.order_id
),

listed as (
    select
        orders.order_id,
        intents.intent_id,
        coalesce(intents.strategy_id, strategies.strategy_id) as strategy_id
    from parsed.orders as orders
    left join intents on intents.client_order_id = orders.client_order_id
    -- Our ids carry the strategy's code, so that the order list alone can tell it.
    left join ref.strategies as strategies
        on regexp_full_match(orders.client_order_id, '[a-z]+_[a-z2-7]{26}')
        and strategies.code = split_part(orders.client_order_id, '_', 1)
    where coalesce(intents.strategy_id, strategies.strategy_id) is not null
)

select order_id, strategy_id, intent_id, 'order_id' as evidence
from answers
union all
select listed.order_id, listed.strategy_id, listed.intent_id, 'order_list' as evidence
from listed
where listed.order_id not in (select answers.order_id from answers);

-- Each market's last complete position that the exchange reported while the market was
-- unsettled, beside the net of our own fills. Missing from a complete pull = nothing was held.
-- A position newer than the newest complete list of fills waits for the next one.
create view ledger.position_checks as
with fills_told as (
    select coalesce(max(received_at), 'infinity') as until_at
    from landed.pulls
    where feed = 'kalshi_fills' and is_complete
),

markets as (
    select
        held.ticker,
        coalesce(
            settlements.settled_at,
            markets.settled_at,
            case
                when coalesce(markets.market_result, settlements.market_result) is not null
                    then coalesce(markets.close_at, '-infinity')
                else 'infinity'
            end
        ) as settled_at
    from (
        select ticker from parsed.fills
        union
        select ticker from parsed.positions
    ) as held
    left join parsed.markets as markets on markets.ticker = held.ticker
    left join parsed.settlements as settlements on settlements.ticker = held.ticker
),

listed as (
    select
        positions.ticker,
        arg_max(positions.contracts, positions.received_at) as contracts,
        max(positions.received_at) as received_at
    from parsed.positions as positions
    inner join markets on markets.ticker = positions.ticker
    where positions.is_complete
        and positions.received_at < markets.settled_at
        and positions.received_at <= (select until_at from fills_told)
    group by positions.ticker
),

pulls as (
    select requested_at, received_at
    from landed.pulls
    where feed = 'kalshi_positions'
        and is_complete
        and received_at <= (select until_at from fills_told)
),

reported as (
    select
        markets.ticker,
        markets.settled_at,
        case
            when pulls.requested_at > coalesce(listed.received_at, '-infinity') then 0
            else listed.contracts
        end as contracts,
        greatest(pulls.received_at, listed.received_at) as received_at
    from markets
    asof left join pulls on pulls.received_at < markets.settled_at
    left join listed on listed.ticker = markets.ticker
),

compared as (
    select
        reported.ticker,
        reported.settled_at,
        reported.contracts,
        reported.received_at,
        -- The position lags behind the fills by up to ten seconds: both sums are possible.
        coalesce(sum(fills.yes_contracts - fills.no_contracts) filter (
            where fills.filled_at <= reported.received_at - interval 10 second
        ), 0) as own_contracts,
        coalesce(sum(fills.yes_contracts - fills.no_contracts) filter (
            where fills.filled_at <= reported.received_at
        ), 0) as latest_own_contracts
    from reported
    left join ledger.fills as fills on fills.ticker = reported.ticker
    where reported.contracts is not null
    group by reported.ticker, reported.settled_at, reported.contracts, reported.received_at
)

select
    ticker,
    contracts::decimal(18,2) as reported_contracts,
    own_contracts::decimal(18,2) as own_contracts,
    received_at,
    settled_at = 'infinity' as is_unsettled,
    contracts in (own_contracts, latest_own_contracts) as is_agreed
from compared;

-- What the exchange sets aside for each resting order, step by step: when it is placed, with each
-- later fill, when it is cancelled. It reserves the order's cost and its fee as a maker.
create view ledger.reserves as
with orders as (
    select
        orders.order_id,
        orders.exchange_index,
        orders.ticker,
        orders.status,
        orders.price_dollars,
        orders.contracts,
        orders.created_at,
        coalesce(orders.updated_at, orders.received_at) as ended_at,
        tariffs.maker_rate,
        tariffs.rounding
    from (
        select *, 'dated' as reading, ledger.fee_scope(ticker) as scope from parsed.orders
    ) as orders
    inner join ledger.tariffs
        on tariffs.scope = orders.scope
        and tariffs.reading = orders.reading
        and orders.created_at >= tariffs.from_at
        and orders.created_at < tariffs.until_at
),

fills as (
    select
        fills.order_id,
        fills.fill_id,
        fills.filled_at,
        fills.filled_at <= orders.created_at as is_immediate,
        sum(fills.contracts) over (
            partition by fills.order_id order by fills.filled_at, fills.fill_id
        ) as contracts_so_far
    from parsed.fills as fills
    inner join orders on orders.order_id = fills.order_id
),

steps as (
    select
        orders.order_id,
        orders.order_id as cause,
        orders.created_at as flowed_at,
        0 as stage,
        orders.contracts - coalesce(max(fills.contracts_so_far), 0) as resting_contracts
    from orders
    left join fills on fills.order_id = orders.order_id and fills.is_immediate
    group by orders.order_id, orders.created_at, orders.contracts
    union all
    select
        orders.order_id,
        fills.fill_id,
        fills.filled_at,
        1,
        orders.contracts - fills.contracts_so_far
    from orders
    inner join fills on fills.order_id = orders.order_id and not fills.is_immediate
    union all
    select order_id, order_id, ended_at, 2, 0
    from orders
    where status = 'canceled'
),

reserved as (
    select
        orders.exchange_index,
        orders.ticker,
        orders.price_dollars,
        orders.maker_rate * orders.price_dollars * (1 - orders.price_dollars) as fee_a_contract,
        orders.rounding,
        steps.*,
        greatest(steps.resting_contracts, 0) as contracts
    from steps
    inner join orders on orders.order_id = steps.order_id
)

select
    order_id,
    exchange_index,
    ticker,
    case stage when 0 then 'reserve' else 'release' end as kind,
    cause,
    flowed_at,
    lag(reserved_dollars, 1, 0) over (
        partition by order_id order by stage, flowed_at, cause
    ) - reserved_dollars as amount_dollars
from (
    select
        *,
        contracts * price_dollars
        + ledger.rounded_up(contracts * fee_a_contract, rounding) as reserved_dollars
    from reserved
);
