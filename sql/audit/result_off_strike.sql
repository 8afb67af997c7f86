-- finding: a market whose result is not what its bounds say of the value that it settled on
-- healthy: no rows
-- seen:    both tails are written -T: the predecessor took their direction from the ticker, and
--          27,000 rows of what it learned from were inverted
with judged as (
    select
        series_ticker, ticker, lower_f, upper_f, market_result, expiration_value_f, landed_seq,
        -- Whole degrees settle; a half goes up, as the climate report rounds.
        floor(expiration_value_f + 0.5)
            between coalesce(lower_f, -1000) and coalesce(upper_f, 1000) as is_inside
    from parsed.markets
    where bounds_evidence is not null
        and market_result in ('yes', 'no')
        and expiration_value_f is not null
        and climate_date >= ($as_of::timestamptz - interval 30 day)::date
)

select
    series_ticker as subject,
    'warning' as severity,
    format('{} markets; the newest, {}, wins from {} to {} and is {} at {} °F',
        count(*), arg_max(ticker, landed_seq),
        coalesce(arg_max({'f': lower_f}, landed_seq).f::varchar, 'below'),
        coalesce(arg_max({'f': upper_f}, landed_seq).f::varchar, 'above'),
        arg_max(market_result, landed_seq), arg_max(expiration_value_f, landed_seq)) as detail,
    (
        select min(requests.request_id) from landed.requests as requests
        where requests.landed_seq = max(judged.landed_seq)
    ) as sample_request_id
from judged
where is_inside <> (market_result = 'yes')
group by series_ticker
