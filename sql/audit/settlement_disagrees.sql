-- finding: settlements whose reported revenue, counts or costs contradict our own fills, or whose
--          result contradicts the listing's
-- healthy: no rows
-- seen:    revenue is 0 for winners since 2026-04-12 and was trusted for a month: 14 rows were
--          wrong by 14.00 dollars in total
with contradicted as (
    select settlements.ticker, settlements.settled_at,
        settlements.revenue_reported_dollars as revenue_dollars,
        payout_dollars - least(yes_contracts, no_contracts) as residual_dollars,
        case
            when markets.market_result <> reported.market_result then 'result'
            when abs(revenue_dollars - residual_dollars) >= 0.01 then 'revenue'
            else 'counts'
        end as cause,
        reported.landed_seq
    from ledger.settlements as settlements
    inner join parsed.settlements as reported on reported.ticker = settlements.ticker
    left join parsed.markets as markets on markets.ticker = settlements.ticker
    where settlements.disagrees
)
select
    'kalshi_settlements.' || cause as subject,
    'warning' as severity,
    format(
        '{} settlements contradict our fills since {}; the newest is {}{}',
        count(*),
        coalesce(min(settled_at)::date::varchar, 'an unknown day'),
        arg_max(ticker, landed_seq),
        case when cause = 'revenue' then format(
            ': {} reported, {} by our fills',
            arg_max(revenue_dollars, landed_seq)::decimal(18,2)::varchar,
            arg_max(residual_dollars, landed_seq)::decimal(18,2)::varchar
        ) else '' end
    ) as detail,
    (
        select min(requests.request_id) from landed.requests as requests
        where requests.landed_seq = max(contradicted.landed_seq)
    ) as sample_request_id
from contradicted
group by cause
