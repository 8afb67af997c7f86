-- finding: a feed goes on answering as if a market had not ended, a minute after another feed told
--          its result: prices nobody offers, money that is not ours, positions that are over
-- healthy: no rows
-- seen:    the drift drill of 2026-11-25: a list that goes on giving its last answer, or lacks its
--          newest page, says nothing wrong by itself
with answers as (
    select feed, max(requested_at) as asked_at, arg_max(request_id, landed_seq) as request_id
    from landed.requests
    where status_code = 200 and received_at between $as_of::timestamptz - interval 1 day and $as_of
    group by feed
),
untold as (
    select 'kalshi_markets' as feed, settlements.ticker, settlements.settled_at
    from parsed.settlements as settlements
    inner join parsed.markets as markets on markets.ticker = settlements.ticker
    where settlements.market_result is not null and markets.market_result is null
    union all
    select 'kalshi_settlements', markets.ticker, markets.settled_at
    from parsed.markets as markets
    -- A pair has been paid when it netted, and need not be settled again.
    inner join ledger.settlements as held
        on held.ticker = markets.ticker and held.yes_contracts <> held.no_contracts
    anti join parsed.settlements as settlements on settlements.ticker = markets.ticker
    where markets.market_result is not null
    union all
    select 'kalshi_positions', positions.ticker, markets.settled_at
    from parsed.positions as positions
    inner join parsed.markets as markets on markets.ticker = positions.ticker
    inner join answers on answers.feed = 'kalshi_positions'
        and answers.asked_at <= positions.received_at and positions.contracts <> 0
)
select untold.feed as subject, 'halt' as severity,
    format('not the end of {} markets that ended since {}, such as {}', count(*),
        min(settled_at)::varchar, min(ticker)) as detail,
    any_value(request_id) as sample_request_id
from untold
inner join answers
    on answers.feed = untold.feed and untold.settled_at < answers.asked_at - interval 60 second
where untold.settled_at > $as_of::timestamptz - interval 1 day
group by untold.feed
