-- finding: the rules by which a series settles are not those of its earlier days
-- healthy: no rows
-- seen:    on 2026-08-14 the settlement source of every temperature series became The Weather
--          Company and the timer 300 seconds, two weeks before anybody said so
with latest as (
    select * from parsed.series_rules
    where not is_first
    qualify row_number() over (partition by series_ticker order by since_date desc) = 1
)
select
    series_ticker || ' since ' || since_date as subject,
    'halt' as severity,
    concat_ws('; ',
        'source ' || former_source || ' became ' || if(
            settlement_source <> former_source, settlement_source, null),
        'timer ' || former_timer_seconds || ' s became ' || if(
            settlement_timer_seconds <> former_timer_seconds, settlement_timer_seconds, null)
            || ' s',
        'closes otherwise: ' || if(closes_otherwise, close_convention, null),
        if(rules_template_sha256 <> former_template, 'the rules read differently', null),
        'fee type ' || fee_type,
        'as in ' || ticker
    ) as detail,
    requests.request_id as sample_request_id
from latest
left join landed.requests as requests on requests.landed_seq = latest.landed_seq
