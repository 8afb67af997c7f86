-- finding: open markets of an event that the newest complete list of their series leaves out; an
--          event of which nothing is listed halts
-- healthy: no rows
-- seen:    the drift drill of 2026-11-25: a list that lacks a page shows part of a ladder, and the
--          prices of the rest seem to stand still
with pulls as (
    select regexp_extract(endpoint, 'series_ticker=(\w+)', 1) as series_ticker,
        max(requested_at) as asked_at, arg_max(request_ids[1], requested_at) as request_id
    from landed.pulls_since($as_of::timestamptz - interval 1 hour)
    where feed = 'kalshi_markets' and endpoint like '%status=open%'
        and is_complete and received_at <= $as_of
    group by endpoint
),
events as (
    select markets.event_ticker, pulls.request_id, count(*) as markets,
        count(*) filter (where markets.received_at < pulls.asked_at) as unlisted,
        min(ticker) filter (where markets.received_at < pulls.asked_at) as such_as
    from parsed.markets as markets
    inner join pulls on pulls.series_ticker = markets.series_ticker
    where markets.close_at > $as_of and markets.open_at < pulls.asked_at
        and markets.market_result is null and not markets.is_imported
    group by all
)
select
    event_ticker as subject, if(unlisted = markets, 'halt', 'warning') as severity,
    format('kalshi_markets lists {} of its {} open markets, and not {}', markets - unlisted,
        markets, such_as) as detail,
    request_id as sample_request_id
from events
where unlisted > 0
