-- finding: settlements whose reported revenue, counts or costs contradict our own fills, or whose
--          result contradicts the listing's
-- healthy: no rows
-- seen:    revenue is 0 for winners since 2026-04-12 and was trusted for a month: 14 rows were
--          wrong by 14.00 dollars in total
with contradicted as (
    select settlements.*, settlements.revenue_reported_dollars as revenue_dollars,
        payout_dollars - least(yes_contracts, no_contracts) as residual_dollars,
        case when markets.market_result <> reported.market_result then 'result'
            when abs(revenue_dollars - residual_dollars) >= 0.01 then 'revenue' else 'counts'
        end as cause,
        -- Which of the others it is, a person sees at a glance; the first two may be netted.
        concat_ws(', ', 'yes_count_fp ' || reported.yes_contracts_reported::varchar,
            'no_count_fp ' || reported.no_contracts_reported::varchar,
            'yes_total_cost_dollars ' || reported.yes_cost_reported_dollars::varchar,
            'no_total_cost_dollars ' || reported.no_cost_reported_dollars::varchar,
            'fee_cost ' || reported.fee_reported_dollars::varchar)
        || format(' reported; {} YES, {} NO, {} paid and {} fees', yes_contracts::varchar,
            no_contracts::varchar, cost_dollars::varchar, fee_dollars::varchar) as figures,
        reported.landed_seq
    from ledger.settlements as settlements
    inner join parsed.settlements as reported on reported.ticker = settlements.ticker
    left join parsed.markets as markets on markets.ticker = settlements.ticker
    where settlements.disagrees
)
select
    'kalshi_settlements.' || cause as subject,
    'warning' as severity,
    format('{} settlements contradict our fills since {}; the newest is {}: {} by our fills',
        count(*), coalesce(min(settled_at)::date::varchar, 'an unknown day'),
        arg_max(ticker, landed_seq), if(cause = 'revenue', format('{} reported, {}',
            arg_max(revenue_dollars, landed_seq)::decimal(18,2)::varchar,
            arg_max(residual_dollars, landed_seq)::decimal(18,2)::varchar),
            arg_max(figures, landed_seq))) as detail,
    (
        select min(requests.request_id) from landed.requests as requests
        where requests.landed_seq = max(contradicted.landed_seq)
    ) as sample_request_id
from contradicted
group by cause
