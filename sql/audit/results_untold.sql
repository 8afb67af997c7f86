-- finding: a feed goes on answering without the result of a market that another feed told three of
--          its cadences ago
-- healthy: no rows
-- seen:    the drift drill of 2026-11-25: a list of markets that goes on giving its last answer
--          shows prices nobody offers any more; a list of settlements that does hides our money
with answers as (
    select requests.feed, max(received_at) - to_seconds(3 * any_value(cadence_seconds)) as told_at,
        arg_max(request_id, landed_seq) as request_id
    from landed.requests as requests
    inner join ref.feeds as feeds on feeds.feed = requests.feed
    where status_code = 200 and received_at > $as_of::timestamptz - interval 1 day
        and received_at <= $as_of
    group by requests.feed
),
results as (
    select 'kalshi_markets' as feed, 'halt' as severity, settlements.ticker, settlements.settled_at
    from parsed.settlements as settlements
    inner join parsed.markets as markets on markets.ticker = settlements.ticker
    where settlements.market_result is not null and markets.market_result is null
    union all
    select 'kalshi_settlements', 'warning', markets.ticker, markets.settled_at
    from parsed.markets as markets
    -- A pair has been paid when it netted, and need not be settled again.
    inner join ledger.settlements as held
        on held.ticker = markets.ticker and held.yes_contracts <> held.no_contracts
    anti join parsed.settlements as settlements on settlements.ticker = markets.ticker
    where markets.market_result is not null
)
select
    results.feed as subject, min(severity) as severity,
    format('no result of {} markets that ended since {}, such as {}', count(*),
        min(settled_at)::varchar, min(ticker)) as detail,
    any_value(request_id) as sample_request_id
from results
inner join answers on answers.feed = results.feed and results.settled_at < answers.told_at
where results.settled_at > $as_of::timestamptz - interval 1 day
group by results.feed
