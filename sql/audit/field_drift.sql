-- finding: a feed's newest records lack a key, have another type, or have a key nobody listed
-- healthy: no rows
-- seen:    client_order_id left the fills (announced for 2026-03-30), noticed on 2026-05-10;
--          count, yes_price and no_price left them on 2026-03-12 and 18 fills were dropped
with newest as (
    select counts.*, fields.presence, string_split(fields.type, '|') as allowed, shares.share,
        received_date >= coalesce(since_date, received_date)
        and received_date < coalesce(until_date, received_date + 1) as is_due,
        present + case when list_contains(allowed, 'null') then nulls else 0 end as told
    from audit.field_counts as counts
    left join ref.fields as fields on fields.feed = counts.feed and fields.field = counts.field
    left join audit.field_shares as shares
        on shares.feed = counts.feed and shares.field = counts.field
    where era = 4
),
judged as (
    select *, case
        when presence is null then 'nobody listed this key'
        when not is_due or presence = 'retired' then null
        when len(list_filter(types, lambda t: t <> 'null' and not list_contains(allowed, t)
            and not (t = 'integer' and list_contains(allowed, 'number')))) > 0 then 'retyped'
        when presence = 'required' and told < records then 'missing'
        -- A key that may be absent is gone once chance explains its absence in less than 1 of 100.
        when told = 0 and ((share >= 0.7 and (1 - share) ^ records < 0.01) or exists (
            from audit.findings as said where said.finding = 'field_drift'
            and said.subject = feed || '.' || field and said.resolved_at is null)) then 'gone'
    end as change
    from newest
)
select feed || '.' || field as subject, case when presence is null then 'info'
    when presence = 'required' and (change = 'retyped' or 2 * told <= records) then 'halt'
    else 'warning' end as severity, format('{}: {} of {} newest records have it{}', change,
    told, records, coalesce(' as ' || nullif(array_to_string(list_sort(types), '|'), ''), ''))
    as detail, request_id
from judged where change is not null
union all
select feed || ltrim(record_path, '$'), 'halt', 'missing: no list of records', request_id
from audit.samples where era = 4 and records is null
