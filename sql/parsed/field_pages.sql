-- purpose:     Say which fields the records of a page carry, of which types and magnitudes.
-- grain:       feed, slot_at, shape
-- inputs:      landed.payloads, ref.feeds, ref.fields
-- output:      parsed.field_pages
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; of six hours the newest page of each shape stays
with answers as (
    select payloads.landed_seq, payloads.feed, request_id, received_at, record_path,
        time_bucket(interval 6 hour, received_at) as slot_at,
        -- Nests of forty are no answer, and the functions below would take all memory for them.
        if(json_valid(body) and not regexp_matches(body, '([\[{]([^\[\]{}]|\[\]|\{\})*){40}'),
            body, null) as words,
    from landed.payloads as payloads
    inner join ref.feeds as feeds on feeds.feed = payloads.feed
    where payloads.feed in (select fields.feed from ref.fields as fields)
        and record_path is not null and status_code between 200 and 299
        and payloads.landed_seq >= $since_seq and payloads.landed_seq < $until_seq
),
-- An event may carry its markets inside; an order book had its first name until 2026-03-12.
lists as (
    select * exclude (words, record_path), coalesce(json_extract(words, record_path),
        json_extract(words, '$.event.markets'), json_extract(words, '$.orderbook')) as list,
        json_type(list) in ('ARRAY', 'OBJECT') as is_list,
    from answers
),
-- The shape is every key with its type, as they come: a page in which one has changed never
-- replaces another.
shapes as (
    select *, md5(case when is_list then regexp_replace(json_structure(list)::varchar,
        'U?(BIGINT|HUGEINT)|DOUBLE', 'NUMBER', 'g') else 'no list' end) as shape,
    from lists
),
chosen as (
    select *, if(json_type(list) = 'ARRAY', from_json(list, '["JSON"]'), [list]) as records,
    from shapes
    qualify row_number() over (
        partition by feed, slot_at, shape order by received_at desc, landed_seq desc) = 1
),
records as (
    select landed_seq, unnest(records) as record from chosen where is_list
),
-- Fields of fields are told as parent.child, whether the parent is one object or a list of them.
told as (
    select landed_seq, type, value as sent,
        if(path = '$', key, regexp_extract(path, '[^$.\[]+') || '.' || key) as field,
    from records cross join json_tree(record)
    where key is not null and not ends_with(fullkey, ']')
        and regexp_full_match(path, '\$(\.[^.\[]+(\[\d+\])?)?')
),
values_sent as (
    select landed_seq, field, type,
        -- An order book's level is [price, contracts]: the first price stands for the list.
        if(type = 'ARRAY', json_extract_string(sent, '$[0][0]'), trim(sent::varchar, '"')) as word,
        if(type in ('BOOLEAN', 'OBJECT'), null, abs(try_cast(word as double))) as number,
        if(number > 0 and isfinite(number), number, null) as size,
    from told
),
fields as (
    select landed_seq, field,
        count(*) filter (where type <> 'NULL') as present,
        count(*) filter (where type = 'NULL') as nulls,
        count(*) filter (where number = 0) as zeros,
        list_sort(list_distinct(list(case
            when type in ('BIGINT', 'UBIGINT') then 'integer'
            when type in ('DOUBLE', 'HUGEINT', 'UHUGEINT') then 'number'
            when type = 'VARCHAR' then 'string' else lower(type) end))) as types,
        min(size) as least, quantile_disc(size, 0.5) as middle, max(size) as greatest,
        map_entries(histogram(word) filter (
            where type = 'VARCHAR' and regexp_full_match(word, '[a-z_]{1,24}'))) as words,
    from values_sent
    group by landed_seq, field
),
pages as (
    select landed_seq,
        list(struct_pack(field, present, nulls, zeros, types, least, middle, greatest)
            order by field) as fields,
        -- A field of more words than eight is a name, not a choice.
        flatten(list(list_transform(if(len(words) <= 8, words, []), lambda word: struct_pack(
            field := field || '=' || word.key, present := word.value::bigint, nulls := 0::bigint,
            zeros := 0::bigint, types := []::varchar[], least := null::double,
            middle := null::double, greatest := null::double)) order by field)) as choices,
    from fields
    group by landed_seq
)
select
    feed, slot_at, shape, if(is_list, len(records), null)::integer as records,
    coalesce(fields || choices, []) as fields,
    -- What a later page of the shape must differ in to be judged anew.
    md5((list_transform(fields, lambda each: (each.field, each.present >= len(records),
        2 * each.present > len(records), each.zeros = each.present, round(2 * log10(each.middle)))),
        list_transform(choices, lambda each: each.field))::varchar) as state,
    request_id, received_at, chosen.landed_seq, 0::integer as position,
    null::varchar as reject_reason, true as is_kept,
from chosen
left join pages on pages.landed_seq = chosen.landed_seq
