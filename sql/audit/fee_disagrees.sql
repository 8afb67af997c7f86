-- finding: fills whose fee is not the one that the dated rules ask for, by series, rule and day;
--          and (info) fills of which no fee was told: the books carry the rules' own
-- healthy: no rows
-- seen:    the predecessor charged every fill by a formula and never read fee_cost; meanwhile fees
--          left the whole cent (2026-05-28) and their rounding changed unannounced (2026-09)
with checks as (
    select
        checks.*,
        checks.fee_dollars is null as is_untold,
        if(is_untold, 'unknown fee', checks.filled_at::date::varchar) as day,
        split_part(checks.ticker, '-', 1) as series_ticker,
        fills.landed_seq
    from ledger.fee_checks as checks
    inner join parsed.fills as fills on fills.fill_id = checks.fill_id
    -- What the predecessor kept is a formula of its own, no word of the exchange.
    anti join landed.requests as requests
        on requests.landed_seq = fills.landed_seq and requests.environment = 'import'
    where not checks.is_agreed or checks.fee_dollars is null
)
select
    concat_ws(' ', series_ticker, rule, day) as subject,
    if(is_untold, 'info', 'warning') as severity,
    if(is_untold,
        format('{} fills since {} tell no fee; the books carry {} by the rules of {}', count(*),
            min(filled_at)::date::varchar, sum(model_fee_dollars)::varchar,
            string_agg(distinct era, ', ' order by era)),
        format('{} fills cost {} instead of {} ({}); the largest difference is {} on {}', count(*),
            sum(fee_dollars)::varchar, sum(model_fee_dollars)::varchar,
            string_agg(distinct era, ', ' order by era),
            arg_max(difference_dollars, abs(difference_dollars))::varchar,
            arg_max(fill_id, abs(difference_dollars)))
    ) as detail,
    (
        select min(requests.request_id) from landed.requests as requests
        where requests.landed_seq = max(checks.landed_seq)
    ) as sample_request_id
from checks
group by series_ticker, rule, day, is_untold
