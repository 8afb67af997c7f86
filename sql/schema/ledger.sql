-- The books. Dropped and rebuilt from parsed and posted; each has one maker under sql/ledger.
create schema if not exists ledger;

create table ledger.attribution (
    fill_id varchar not null,                 -- parsed.fills
    strategy_id varchar not null,             -- manual when nobody's
    book_id varchar not null,                 -- the strategy's book
    evidence varchar not null,                -- correction, client_order_id, order_id, order_list, prefix,
                                              -- decision, hedge_pattern, none
    intent_id varchar,                        -- posted.intents
    is_inferred boolean not null,             -- a likelihood rather than an identity
    ticker varchar not null,                  -- market
    filled_at timestamptz not null            -- UTC
);

create table ledger.lots (
    lot_id varchar not null,                  -- its fills, as in <yes_fill_id>:<no_fill_id>
    book_id varchar not null,                 -- book that bought both sides
    ticker varchar not null,                  -- market
    yes_fill_id varchar,                      -- parsed.fills; null = no YES has paired with it yet
    no_fill_id varchar,                       -- parsed.fills; null = no NO has paired with it yet
    contracts decimal(18,2) not null,         -- of one side: the part that the fills have in common
    opened_at timestamptz not null,           -- UTC, when its first side was bought
    netted_at timestamptz,                    -- UTC, when a dollar a contract came back; null = open
    cost_dollars decimal(18,6) not null,      -- of this part of its fills
    fee_dollars decimal(18,6) not null,       -- of this part of its fills
    last_filled_at timestamptz not null       -- UTC, of the book on the market
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
    kind varchar not null,                    -- opening, reserve, release, fill, fee, netting, collateral_return,
                                              -- settlement, deposit, withdrawal, shard_move
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

-- What a purchase costs, to the millionth; in 64 bits where they suffice, which is far faster.
create or replace macro cost_of(price, contracts) as
    case
        when price < 10 and contracts < 1000000000
            then (price::decimal(7,6) * contracts::decimal(11,2))::decimal(18,6)
        else (price::decimal(38,6) * contracts)::decimal(18,6)
    end;

-- A small decimal counted in its units, an integer; the digits of the product fit 64 bits.
create or replace macro in_units(amount, units) as (amount * units::decimal(7,0))::bigint;

-- What of a fill's amount belongs to its contracts between two running counts of its side; `fill`
-- has contracts and ends_at, where it ends among them. Each part begins at the millionth where the one before it
-- ended, so that the parts sum to the whole. Integers, as decimals divide into floats.
create or replace macro part_of(fill, amount, since, upto) as
    case
        when fill is null then 0::decimal(18,6)
        when upto - since = fill.contracts then amount
        when amount < 10000 and fill.contracts < 1000000 then (
            in_units(amount::decimal(10,6), 1000000)
            * in_units((fill.contracts - fill.ends_at + upto)::decimal(8,2), 100)
            // in_units(fill.contracts::decimal(8,2), 100)
            - in_units(amount::decimal(10,6), 1000000)
            * in_units((fill.contracts - fill.ends_at + since)::decimal(8,2), 100)
            // in_units(fill.contracts::decimal(8,2), 100)
        )::decimal(12,0) * 0.000001::decimal(6,6)
        else ((
            (amount * 1000000)::hugeint * ((fill.contracts - fill.ends_at + upto) * 100)::hugeint
            // (fill.contracts * 100)::hugeint
            - (amount * 1000000)::hugeint * ((fill.contracts - fill.ends_at + since) * 100)::hugeint
            // (fill.contracts * 100)::hugeint
        ) * 0.000001)::decimal(18,6)
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
    fills.price_dollars,
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
),

-- The predecessor wrote the order's id into the notes of its decision: as exact as an answer.
noted as (
    select
        order_id,
        arg_min(strategy_id, (decided_at, decision_id)) as strategy_id
    from parsed.imported_decisions
    where order_id is not null
        and order_id not in (select answers.order_id from answers)
    group by order_id
)

select order_id, strategy_id, intent_id, 'order_id' as evidence
from answers
union all
select order_id, strategy_id, null as intent_id, 'order_id' as evidence
from noted
union all
select listed.order_id, listed.strategy_id, listed.intent_id, 'order_list' as evidence
from listed
where listed.order_id not in (select answers.order_id from answers)
    and listed.order_id not in (select noted.order_id from noted);

-- Every decision that was posted, ours and the predecessor's, and whether its order is known.
create view ledger.posted_decisions as
select
    decisions.decision_id,
    decisions.strategy_id,
    decisions.ticker,
    decisions.outcome_side,
    decisions.contracts,
    decisions.decided_at,
    -- An order that was refused, or proven never to have landed, is known too.
    decisions.decision_id in (
        select states.decision_id
        from posted.states as states
        where states.kind = 'create'
            and states.decision_id is not null
            and (
                states.state <> 'unknown'
                or states.outcome_order_id is not null
                or states.client_order_id in (
                    select orders.client_order_id from parsed.orders as orders
                    where orders.client_order_id is not null
                )
            )
    ) as is_order_known
from decided.decisions as decisions
where decisions.verdict = 'post'
union all
select
    decision_id,
    strategy_id,
    ticker,
    outcome_side,
    contracts,
    decided_at,
    order_id is not null as is_order_known
from parsed.imported_decisions
where verdict = 'post';

-- Which posted decision of an unknown order may explain a fill of an unknown order: same market and
-- side, less than 60 s apart. Fills in their order take the first decision that still has as many
-- contracts, so that no decision explains more than its own; equal times go by id.
create view ledger.explanations as
with recursive waiting as (
    select fill_id, ticker, outcome_side, contracts, filled_at
    from parsed.fills as fills
    -- Somebody else's id, or a row in the order list, and the order could have been known.
    where nullif(client_order_id, '') is null
        and (
            order_id is null
            or (
                order_id not in (select orders.order_id from parsed.orders as orders)
                and order_id not in (select owners.order_id from ledger.order_owners as owners)
            )
        )
        and fill_id not in (select corrections.fill_id from posted.corrections as corrections)
),

decisions as (
    select
        *,
        -- Looked for in three minutes, because a join on equal minutes is a fast one.
        unnest([-1, 0, 1]) + epoch_us(decided_at) // 60000000 as near_minute
    from ledger.posted_decisions
    where not is_order_known and outcome_side is not null and contracts > 0
),

pairs as (
    select
        waiting.*,
        decisions.decision_id,
        decisions.strategy_id,
        decisions.contracts as decided_contracts,
        decisions.decided_at,
        count(*) over (partition by waiting.fill_id) = 1
        and count(*) over (partition by decisions.decision_id) = 1 as is_alone
    from waiting
    inner join decisions
        on decisions.ticker = waiting.ticker
        and decisions.outcome_side = waiting.outcome_side
        and decisions.near_minute = epoch_us(waiting.filled_at) // 60000000
    where abs(epoch_us(decisions.decided_at) - epoch_us(waiting.filled_at)) < 60000000
),

-- Where one fill and one decision have only each other, nobody waits.
candidates as (
    select
        fill_id,
        any_value(ticker) as ticker,
        any_value(outcome_side) as outcome_side,
        any_value(contracts) as contracts,
        any_value(filled_at) as filled_at,
        list(
            {
                'decision_id': decision_id,
                'strategy_id': strategy_id,
                'contracts': decided_contracts
            }
            order by decided_at, decision_id
        ) as decided,
        min(decided_at) as first_decided_at,
        max(decided_at) as last_decided_at
    from pairs
    where not is_alone
    group by fill_id
),

-- Fills that share no decision, not even through others, do not wait for each other.
queues as (
    select
        *,
        first_decided_at > max(last_decided_at) over (
            partition by ticker, outcome_side order by filled_at, fill_id
            rows between unbounded preceding and 1 preceding
        ) as opens_a_queue
    from candidates
),

numbered as (
    select
        *,
        count(*) filter (where opens_a_queue) over (
            partition by ticker, outcome_side order by filled_at, fill_id
        ) as queue
    from queues
),

turns as (
    select
        *,
        row_number() over (
            partition by ticker, outcome_side, queue order by filled_at, fill_id
        ) as turn
    from numbered
),

taken as (
    select
        turns.*,
        list_filter(decided, lambda one: one.contracts >= turns.contracts)[1] as chosen,
        map([]::varchar[], []::decimal(18,2)[]) as spent_before
    from turns
    where turn = 1
    union all
    select
        turns.*,
        list_filter(
            turns.decided,
            lambda one: one.contracts - coalesce(spent.contracts[one.decision_id], 0)
                >= turns.contracts
        )[1] as chosen,
        spent.contracts as spent_before
    from (
        select
            ticker,
            outcome_side,
            queue,
            turn,
            case when chosen is null then spent_before else map_concat(
                spent_before,
                map(
                    [(chosen).decision_id],
                    [(coalesce(spent_before[(chosen).decision_id], 0) + contracts)::decimal(18,2)]
                )
            ) end as contracts
        from taken
    ) as spent
    inner join turns
        on turns.ticker = spent.ticker
        and turns.outcome_side = spent.outcome_side
        and turns.queue = spent.queue
        and turns.turn = spent.turn + 1
)

select fill_id, decision_id, strategy_id
from pairs
where is_alone and contracts <= decided_contracts
union all
select fill_id, (chosen).decision_id as decision_id, (chosen).strategy_id as strategy_id
from taken
where chosen is not null;

-- What markets were paid before the moment that their settlement names now: their result was
-- corrected afterwards.
create view ledger.earlier_payments as
select
    payments.ticker,
    payments.settled_at,
    case payments.market_result
        when 'yes' then 1
        when 'no' then 0
        else payments.settlement_value_dollars
    end::decimal(18,6) as yes_value_dollars
from parsed.payments as payments
inner join parsed.settlements as settlements
    on settlements.ticker = payments.ticker and payments.settled_at < settlements.settled_at;

-- Each market's last complete position that the exchange reported while the market was
-- unsettled, beside the net of our own fills. Missing from a complete pull = nothing was held.
-- A market may be held on several shards: its position is their sum.
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
            -- Once it is paid a position is gone, whatever is corrected afterwards.
            earlier.settled_at,
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
    left join (
        select ticker, min(settled_at) as settled_at
        from ledger.earlier_payments
        group by ticker
    ) as earlier on earlier.ticker = held.ticker
),

listed as (
    select
        positions.ticker,
        positions.exchange_index,
        arg_max(positions.contracts, positions.received_at) as contracts,
        max(positions.received_at) as received_at
    from parsed.positions as positions
    inner join markets on markets.ticker = positions.ticker
    where positions.is_complete
        and positions.received_at < markets.settled_at
        and positions.received_at <= (select until_at from fills_told)
    group by positions.ticker, positions.exchange_index
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
            when pulls.requested_at is null then sum(listed.contracts)
            else coalesce(sum(listed.contracts) filter (
                where listed.received_at >= pulls.requested_at
            ), 0)
        end as contracts,
        greatest(pulls.received_at, max(listed.received_at)) as received_at
    from markets
    asof left join pulls on pulls.received_at < markets.settled_at
    left join listed on listed.ticker = markets.ticker
    group by markets.ticker, markets.settled_at, pulls.requested_at, pulls.received_at
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

-- What a YES contract was worth at each moment at which its market was paid for, and what it had
-- been paid as before. A corrected result moves the difference when it is corrected, and what was
-- paid first stays where it was. The exchange says nothing of how it does that (2026-10): this is
-- read from a settlement that comes again with a later moment and another value. Where only one
-- of the two is told anew, the exchange speaks of the same payment, and its latest word counts.
create view ledger.payments as
with corrected as (
    select ticker, settled_at, yes_value_dollars
    from ledger.earlier_payments
    where yes_value_dollars is not null
    union all
    select ticker, settled_at, yes_value_dollars
    from ledger.settlements
    where yes_value_dollars is not null
        and ticker in (select earlier.ticker from ledger.earlier_payments as earlier)
),

words as (
    select
        *,
        yes_value_dollars is not distinct from lead(yes_value_dollars) over (
            partition by ticker order by settled_at
        ) as is_repeated
    from corrected
)

select
    ticker,
    settled_at,
    yes_value_dollars,
    lag(yes_value_dollars) over steps as value_before_dollars,
    row_number() over steps as payment
from words
where not is_repeated
window steps as (partition by ticker order by settled_at)
union all
select ticker, settled_at, yes_value_dollars, null, 1
from ledger.settlements
where yes_value_dollars is not null
    and settled_at is not null
    and ticker not in (select earlier.ticker from ledger.earlier_payments as earlier);

-- Deposits and withdrawals when they counted and, where one was given back afterwards, when that
-- was: as told or, where no later moment is told, when it was last said to have been applied.
create view ledger.transfers as
with applied as (
    select *
    from parsed.transfers
    where status = 'applied' and finalized_at is not null
)

select kind, transfer_id, finalized_at as moved_at, exchange_index, amount_dollars
from applied
union all
select
    applied.kind,
    applied.transfer_id || ':' || 'returned' as transfer_id,
    max(if(later.finalized_at > applied.finalized_at, later.finalized_at, applied.received_at)),
    applied.exchange_index,
    (-applied.amount_dollars)::decimal(18,6) as amount_dollars
from applied
inner join parsed.transfers as later
    on later.kind = applied.kind
    and later.transfer_id = applied.transfer_id
    and later.received_at > applied.received_at
where later.status in ('failed', 'returned')
group by applied.kind, applied.transfer_id, applied.exchange_index, applied.amount_dollars;

-- What an account with collateral return gets back at once, step by step. At most one market of a
-- temperature ladder ends yes, so at most one NO leg of it loses: all but the largest are worth
-- their dollar already. Nothing until the account has it; what it then holds comes back that day.
create view ledger.collateral_returns as
with fills as (
    select fills.*, coalesce(
        markets.event_ticker, regexp_replace(fills.ticker, '-[^-]*$', '')
    ) as event_ticker, account.collateral_return_at
    from ledger.fills as fills
    inner join ref.account as account on account.collateral_return_at is not null
    inner join ref.series as series on series.series_ticker = split_part(fills.ticker, '-', 1)
    left join parsed.markets as markets on markets.ticker = fills.ticker
),

legs as (
    select
        exchange_index,
        event_ticker,
        ticker,
        filled_at as moved_at,
        0 as stage,
        fill_id as cause,
        greatest(sum(no_contracts - yes_contracts) over (
            partition by exchange_index, ticker order by filled_at, fill_id
        ), 0)::decimal(18,2) as contracts,
        collateral_return_at
    from fills
    union all
    select
        fills.exchange_index,
        fills.event_ticker,
        fills.ticker,
        payments.settled_at,
        1,
        fills.ticker || ':' || fills.exchange_index,
        0::decimal(18,2),
        fills.collateral_return_at
    from fills
    inner join ledger.payments as payments on payments.ticker = fills.ticker
    where payments.payment = 1
    group by all
),

-- At each step of an event, what is held of each of its markets.
held as (
    select
        legs.* exclude (contracts),
        coalesce(last_value(
            case when markets.ticker = legs.ticker then legs.contracts end ignore nulls
        ) over (
            partition by legs.exchange_index, legs.event_ticker, markets.ticker
            order by legs.moved_at, legs.stage, legs.cause
            rows between unbounded preceding and current row
        ), 0) as contracts
    from legs
    inner join (select distinct exchange_index, event_ticker, ticker from legs) as markets
        on markets.exchange_index = legs.exchange_index
        and markets.event_ticker = legs.event_ticker
),

certain as (
    select * exclude (contracts), sum(contracts) - max(contracts) as dollars
    from held
    group by all
)

select
    exchange_index,
    ticker,
    cause,
    greatest(moved_at, collateral_return_at) as flowed_at,
    (dollars - lag(dollars, 1, 0) over (
        partition by exchange_index, event_ticker order by moved_at, stage, cause
    ))::decimal(18,6) as amount_dollars
from certain;

-- What is paid for what has not netted. The exchange pays a scalar market in whole cents.
create macro ledger.paid(yes_contracts, no_contracts, yes_value_dollars) as
    round(
        yes_contracts * yes_value_dollars + no_contracts * (1 - yes_value_dollars)
        - least(yes_contracts, no_contracts), 2
    )::decimal(18,6);

-- Every movement of the balance that we can explain; `rank` orders those of one moment.
create view ledger.movements as
with fills as (
    select
        fills.*,
        sum(fills.yes_contracts) over earlier as yes_so_far,
        sum(fills.no_contracts) over earlier as no_so_far
    from ledger.fills as fills
    window earlier as (
        partition by fills.exchange_index, fills.ticker order by fills.filled_at, fills.fill_id
    )
),

residuals as (
    select
        fills.exchange_index,
        fills.ticker,
        payments.settled_at,
        payments.yes_value_dollars,
        payments.value_before_dollars,
        payments.payment,
        sum(fills.yes_contracts) as yes_contracts,
        sum(fills.no_contracts) as no_contracts
    from fills
    inner join ledger.payments as payments on payments.ticker = fills.ticker
    group by all
)

-- Cast one by one: a union of decimals keeps the coarsest scale (DuckDB 1.5).
select
    1 as rank, kind, cause, flowed_at, exchange_index, ticker,
    amount_dollars::decimal(18,6) as amount_dollars
from ledger.reserves
union all
select 2, 'fill', fill_id, filled_at, exchange_index, ticker, -cost_dollars::decimal(18,6)
from fills
union all
select 3, 'fee', fill_id, filled_at, exchange_index, ticker, -fee_dollars
from fills
union all
-- The exchange pairs first in, first out, whoever's the fills are, and pays a pair at once.
select
    4, 'netting', fill_id, filled_at, exchange_index, ticker,
    (
        least(yes_so_far, no_so_far)
        - least(yes_so_far - yes_contracts, no_so_far - no_contracts)
    )::decimal(18,6)
from fills
union all
select 5, 'collateral_return', cause, flowed_at, exchange_index, ticker, amount_dollars
from ledger.collateral_returns
union all
select
    6, 'settlement',
    ticker || ':' || exchange_index || if(payment = 1, '', ':' || payment),
    settled_at, exchange_index, ticker,
    ledger.paid(yes_contracts, no_contracts, yes_value_dollars)
    - if(payment = 1, 0, ledger.paid(yes_contracts, no_contracts, value_before_dollars))
from residuals
union all
-- What it cost to move money beside the amount is told nowhere; a difference stays in the proof.
select
    7, kind, transfer_id, moved_at, exchange_index, null,
    (case kind when 'deposit' then amount_dollars else -amount_dollars end)::decimal(18,6)
from ledger.transfers
union all
-- What leaves one shard of the account comes to another, or leaves its event contracts.
select
    8, 'shard_move', transfer_id || ':out', moved_at, source_exchange_index, null,
    (-amount_dollars)::decimal(18,6)
from parsed.shard_moves
where moved_at is not null and source_exchange_index is not null
union all
select
    8, 'shard_move', transfer_id || ':in', moved_at, destination_exchange_index, null,
    amount_dollars
from parsed.shard_moves
where moved_at is not null and destination_exchange_index is not null;

-- What each book holds unpaired of markets without a result, and what it would fetch now: the bid
-- of the held side, in its newest quote and while the market trades. No bid = nobody knows.
create view ledger.marks as
with held as (
    select
        lots.book_id,
        lots.ticker,
        min(case when lots.yes_fill_id is null then 'no' else 'yes' end) as outcome_side,
        sum(lots.contracts)::decimal(18,2) as contracts,
        sum(lots.cost_dollars)::decimal(18,6) as cost_dollars,
        sum(lots.fee_dollars)::decimal(18,6) as fee_dollars
    from ledger.lots as lots
    inner join ledger.settlements as settlements on settlements.ticker = lots.ticker
    where lots.netted_at is null and settlements.yes_value_dollars is null
    group by lots.book_id, lots.ticker
),

quotes as (
    select ticker, arg_max(quotes, quoted_at) as newest
    from (
        select
            ticker,
            quoted_at,
            if(status = 'active', yes_bid_dollars, null) as yes_bid_dollars,
            if(status = 'active', yes_bid_contracts, null) as yes_bid_contracts,
            if(status = 'active', 1 - yes_ask_dollars, null) as no_bid_dollars,
            if(status = 'active', yes_ask_contracts, null) as no_bid_contracts
        from parsed.quotes
        where ticker in (select held.ticker from held)
    ) as quotes
    group by ticker
)

select
    *,
    (contracts * bid_dollars)::decimal(18,6) as worth_dollars,
    (contracts * bid_dollars - cost_dollars - fee_dollars)::decimal(18,6) as open_profit_dollars
from (
    select
        held.*,
        quotes.newest.quoted_at as quoted_at,
        case held.outcome_side
            when 'yes' then quotes.newest.yes_bid_dollars
            else quotes.newest.no_bid_dollars
        end::decimal(18,6) as bid_dollars,
        case held.outcome_side
            when 'yes' then quotes.newest.yes_bid_contracts
            else quotes.newest.no_bid_contracts
        end::decimal(18,2) as bid_contracts
    from held
    left join quotes on quotes.ticker = held.ticker
);
