-- finding: the exchange gives back part of the cost of NO legs of one event and policy says that it
--          does not, or the other way round
-- healthy: no rows
-- seen:    not yet: new accounts have it off, and a balance that it raises looks like money that
--          nobody explains (reference of 2026-10)
with readings as (
    select exchange_index, max(received_at) as received_at,
        arg_max(unexplained_dollars, received_at) as unexplained_dollars
    from ledger.cash_proof
    where received_at <= $as_of::timestamptz - interval 10 second
    group by exchange_index
),
legs as (
    select readings.exchange_index, fills.ticker,
        greatest(sum(fills.no_contracts - fills.yes_contracts), 0) as contracts
    from readings
    inner join ledger.fills as fills on fills.exchange_index = readings.exchange_index
        and fills.filled_at <= readings.received_at
    left join ledger.settlements as settlements on settlements.ticker = fills.ticker
    where abs(readings.unexplained_dollars) > 0.0001
        and coalesce(settlements.settled_at, 'infinity') > readings.received_at
        and split_part(fills.ticker, '-', 1) in (select series_ticker from ref.series)
    group by readings.exchange_index, fills.ticker
),
events as (
    select exchange_index, sum(contracts) - max(contracts) as dollars
    from legs
    group by exchange_index, regexp_replace(ticker, '-[^-]*$', '')
)
select readings.exchange_index::varchar as subject, 'warning' as severity,
    format('{} dollars are unexplained at {}: NO legs {} what they are certain to win',
        any_value(unexplained_dollars)::varchar, any_value(received_at)::varchar,
        if(any_value(collateral_return_at) is null, 'got back', 'did not get back')) as detail,
    null::varchar as sample_request_id
from events inner join readings using (exchange_index) cross join ref.account
group by readings.exchange_index
having sum(dollars) > 0 and abs(any_value(unexplained_dollars) - sum(dollars)
    * if(any_value(collateral_return_at) is null, 1, -1)) <= 0.0001
