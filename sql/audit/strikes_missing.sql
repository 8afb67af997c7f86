-- finding: markets of a series whose bounds the exchange sent no strikes for
-- healthy: no rows
-- seen:    from 2025-01-16 to 2025-02-09 the winning market of every temperature event came without
--          strike_type, floor_strike and cap_strike: 125 markets of five cities
select
    series_ticker as subject,
    'warning' as severity,
    format('{} markets from {} to {} came without strikes, {} of them winners; the newest is {}',
        count(*), min(climate_date)::varchar, max(climate_date)::varchar,
        count(*) filter (where market_result = 'yes'), arg_max(ticker, landed_seq)) as detail,
    (
        select min(requests.request_id) from landed.requests as requests
        where requests.landed_seq = max(markets.landed_seq)
    ) as sample_request_id
from parsed.markets as markets
where station_id is not null and strike_type is null
group by series_ticker
