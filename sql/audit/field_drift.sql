-- finding: a feed's newest records lack, gained, renamed, retyped or rescaled a field, or it went
--          to null or to 0, against ref.fields or against the feed's own week
-- healthy: no rows
-- seen:    client_order_id left the fills (announced for 2026-03-30), noticed on 2026-05-10;
--          count became count_fp on 2026-03-12 and 18 fills were dropped; revenue went to 0
select
    feed || '.' || field as subject,
    case
        when change = 'unlisted' or is_word or is_expected or presence is null then 'info'
        when presence in ('optional', 'retired') or change in ('nulls', 'lacking', 'zeros')
            then 'warning'
        -- A few records that lack it are rejects; a page that lacks it is another format.
        when change = 'missing' and pages = if(list_contains(allowed, 'null'), pages_told,
            pages_present) then 'warning'
        else 'halt'
    end as severity,
    concat_ws('; ',
        case change
            when 'missing' then 'missing from ' || if(told = 0, 'every', 'some') || ' newest record'
            when 'retyped' then 'retyped to ' || array_to_string(types, '|')
            when 'rescaled' then 'rescaled by ' || if(shift > 0, '100', '0.01')
            when 'nulls' then 'null in every newest record'
            when 'lacking' then 'missing from some newest record, where none was without'
            when 'zeros' then '0 in every newest record'
            when 'unlisted' then 'nobody listed this ' || if(is_word, 'word', 'key')
            else 'gone' end,
        'renamed to ' || follower,
        'announced ' || announced_date,
        'expected until ' || until_date,
        'last seen ' || if(told = 0, last_received_at::date, null),
        'noticed ' || coalesce(noticed_at, $as_of::timestamptz)::date
    ) as detail,
    request_id as sample_request_id from audit.field_changes
union all
select feed || '.' || ltrim(record_path, '$.'), 'halt', 'no list of records', max(request_id)
from audit.field_samples inner join ref.feeds using (feed)
where is_newest and records is null
group by all
union all
from audit.untold_ends
