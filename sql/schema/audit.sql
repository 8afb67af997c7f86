-- What the audits saw, what people said to it, what was rebuilt and who ran. Facts; findings is the book over them.
create schema if not exists audit;

-- written by: the store, after each pass of the audits, on change and once a day
create table audit.observations (
    finding varchar not null,                 -- name of the audit file, or audit_broken
    subject varchar not null,                 -- the cause: feed.field, ticker, fill
    severity varchar not null,                -- info, warning or halt
    detail varchar not null,                  -- in words, with numbers
    state varchar not null,                   -- open or resolved
    seen_at timestamptz not null,             -- UTC
    sample_request_id varchar,                -- landed.requests
    run_id varchar not null                   -- audit.runs
);

-- written by: a person, through kwx acknowledge
create table audit.acknowledgements (
    finding varchar not null,                 -- audit.findings
    subject varchar not null,                 -- audit.findings
    acknowledged_at timestamptz not null,     -- UTC
    reason varchar not null,                  -- in the person's words
    made_by varchar not null                  -- who
);

-- written by: kwx rebuild --write
create table audit.rebuilds (
    rebuild_id varchar not null,              -- hash of run, stages and time
    run_id varchar not null,                  -- audit.runs
    stages varchar not null,                  -- rebuilt, joined by a space
    since timestamptz,                        -- UTC; null = from the beginning
    until timestamptz,                        -- UTC; null = to the end
    reason varchar not null,                  -- in the person's words
    rows_before bigint not null,              -- rows in the window before
    rows_changed bigint not null,             -- rows added, removed or changed
    started_at timestamptz not null,          -- UTC
    written boolean not null                  -- always true: a dry run leaves no trace
);

-- written by: kwx rebuild --write
create table audit.changes (
    rebuild_id varchar not null,              -- audit.rebuilds
    table_name varchar not null,              -- stage.noun
    row_key varchar not null,                 -- the grain's values
    column_name varchar not null,             -- column
    old_value varchar,                        -- null = there was none
    new_value varchar                         -- null = there is none
);

-- written by: every command that writes
create table audit.runs (
    run_id varchar not null,                  -- hash of command and time
    started_at timestamptz not null,          -- UTC
    version varchar not null,                 -- of kwx
    commit_id varchar,                        -- of the checkout, where there is one
    is_dirty boolean,                         -- the checkout had changes
    command varchar not null                  -- as typed
);

-- written by: the store, once a day: each table's facts that landed since the seal before
create table audit.seals (
    seal_seq bigint not null,                 -- 1, 2, ...: a day of landing each
    table_name varchar not null,              -- stage.noun of the facts
    first_place bigint not null,              -- landed_seq, body_seq, elsewhere the row's place in its table
    last_place bigint not null,               -- the same, included
    row_count bigint not null,                -- rows sealed
    sha256 varchar not null,                  -- over this row's other values, and each fact in order
    previous_sha256 varchar not null,         -- over the hashes of the seal before
    sealed_at timestamptz not null            -- UTC
);

create view audit.findings as
with latest as (
    select
        finding,
        subject,
        arg_max(severity, seen_at) as severity,
        arg_max(detail, seen_at) as detail,
        min(seen_at) filter (where state = 'open') as first_seen_at,
        max(seen_at) filter (where state = 'open') as last_seen_at,
        arg_max(sample_request_id, seen_at) as sample_request_id,
        arg_max(state, seen_at) as state,
        max(seen_at) as decided_at
    from audit.observations
    group by finding, subject
)

select
    latest.finding,
    latest.subject,
    latest.severity,
    latest.detail,
    latest.first_seen_at,
    latest.last_seen_at,
    latest.sample_request_id,
    (
        select max(said.acknowledged_at)
        from audit.acknowledgements as said
        where said.finding = latest.finding and said.subject = latest.subject
    ) as acknowledged_at,
    case when latest.state = 'resolved' then latest.decided_at end as resolved_at
from latest;

-- Fields that only what has ended carries, so that the rest of a page cannot miss them: the newest
-- day's markets that settled and orders that ended, without the moment or value of their end.
create view audit.untold_ends as
with ends as (
    select
        'kalshi_markets' as feed,
        unnest(['settlement_ts', 'settlement_value_dollars']) as field,
        unnest([settled_at is null, settlement_value_dollars is null]) as is_missing,
        close_at as due_at,
        landed_seq
    from parsed.markets
    where market_result is not null
        and status in ('finalized', 'settled')
        and received_at > (select max(newest.received_at) from parsed.markets as newest)
        - interval 1 day
    union all
    select
        'kalshi_orders', 'last_update_time', updated_at is null, received_at, landed_seq
    from parsed.orders
    where status in ('canceled', 'executed')
        and received_at > (select max(newest.received_at) from parsed.orders as newest)
        - interval 1 day
)

select
    ends.feed || '.' || ends.field as subject,
    'halt' as severity,
    'missing from what has ended' as detail,
    min(requests.request_id) as sample_request_id
from ends
inner join ref.fields as fields on fields.feed = ends.feed and fields.field = ends.field
inner join landed.requests as requests
    on requests.landed_seq = ends.landed_seq and requests.feed = ends.feed
where ends.is_missing and ends.due_at >= coalesce(fields.since_date, '-infinity')
group by all;

-- What drifts of the positions feed, as long as nobody has acknowledged it: while it does, what the
-- feed says contradicts nothing.
create view audit.position_drifts as
select findings.subject
from audit.findings as findings
where findings.finding = 'field_drift'
    and findings.subject like 'kalshi_positions%'
    and findings.severity <> 'info'
    and findings.resolved_at is null
    and findings.acknowledged_at is null;

-- Since when each subject of field_drift has been open.
create view audit.field_notices as
select subject, split_part(subject, '.', 1) as feed, list_min(opened) as noticed_at
from (
    select
        subject,
        max(seen_at) filter (where state = 'resolved') as resolved_at,
        list_filter(list(seen_at) filter (where state = 'open'),
            lambda one: one > coalesce(resolved_at, '-infinity')) as opened
    from audit.observations
    where finding = 'field_drift'
    group by subject
)
where len(opened) > 0;

-- The pages that field_drift compares: a feed's last round of answers, and the week before it or
-- before a finding that is still open. Bounded, so that an audit costs the same at any age.
create view audit.field_samples as
with newest as (
    select
        pages.feed,
        max(pages.received_at) as newest_at,
        to_milliseconds(500 * coalesce(any_value(feeds.cadence_seconds), 60)) as round,
        least(max(pages.received_at), min(notices.noticed_at)) as noticed_at
    from parsed.field_pages as pages
    inner join ref.feeds as feeds on feeds.feed = pages.feed
    left join (
        select feed, min(noticed_at) as noticed_at from audit.field_notices group by feed
    ) as notices on notices.feed = pages.feed
    where pages.records is null or pages.records > 0
    group by pages.feed
)

select
    pages.*,
    newest.newest_at,
    pages.received_at > newest.newest_at - newest.round as is_newest
from parsed.field_pages as pages
inner join newest on newest.feed = pages.feed
where (pages.records is null or pages.records > 0)
    and (pages.received_at > newest.newest_at - interval 7 day
        or pages.received_at between newest.noticed_at - interval 7 day and newest.noticed_at);

-- Each field's statistics, and each choice's (key=word), in the newest pages and in those before;
-- the row of no field is the pages' own. What came after a finding is no past to compare with.
create view audit.field_counts as
with entries as (
    select
        * exclude (fields),
        unnest(list_prepend(
            {
                'field': '', 'present': records, 'nulls': 0, 'zeros': 0, 'types': [],
                'least': null, 'middle': null, 'greatest': null
            },
            fields
        )) as said
    from audit.field_samples
    where records > 0
),

dated as (
    select
        entries.* exclude (said),
        said.*,
        notices.noticed_at,
        not is_newest and received_at < coalesce(notices.noticed_at, 'infinity')
            and received_at > least(newest_at, notices.noticed_at) - interval 7 day as is_past
    from entries
    left join audit.field_notices as notices
        on notices.subject = entries.feed || '.' || entries.said.field
)

select
    feed,
    field,
    max(noticed_at) as noticed_at,
    coalesce(sum(present) filter (where is_newest), 0) as present,
    coalesce(sum(nulls) filter (where is_newest), 0) as nulls,
    coalesce(sum(zeros) filter (where is_newest), 0) as zeros,
    count(*) filter (where is_newest and 2 * present > records) as pages_present,
    count(*) filter (where is_newest and 2 * (present + nulls) > records) as pages_told,
    list(request_id order by received_at desc)
        filter (where is_newest and present >= records) as whole_requests,
    list_sort(list_distinct(flatten(list(types) filter (where is_newest)))) as types,
    min(least) filter (where is_newest) as least,
    avg(log10(middle)) filter (where is_newest) as magnitude,
    max(greatest) filter (where is_newest) as greatest,
    coalesce(sum(present) filter (where is_past), 0) as past_present,
    count(*) filter (where is_past and present > 0) as past_pages,
    count(*) filter (where is_past and present > zeros) as past_pages_nonzero,
    min(least) filter (where is_past) as past_least,
    avg(log10(middle)) filter (where is_past) as past_magnitude,
    max(greatest) filter (where is_past) as past_greatest,
    max(received_at) filter (where present > 0) as last_received_at,
    max(received_at) filter (where present > zeros) as last_nonzero_at,
    list({'received_at': received_at, 'records': records})
        filter (where field = '' and not is_newest) as history,
    max(newest_at) as newest_at
from dated
group by feed, field;

-- What has changed of a field: against ref.fields, and against the feed's own past. Null = nothing.
create view audit.field_changes as
with counts as materialized (select * from audit.field_counts),

listed as (
    select
        pages.feed,
        coalesce(counts.field, fields.field) as field,
        contains(coalesce(counts.field, fields.field), '=') as is_word,
        fields.presence,
        fields.announced_date,
        fields.until_date,
        string_split(fields.type, '|') as allowed,
        pages.last_received_at::date >= coalesce(fields.since_date, '-infinity')
            and pages.last_received_at::date < coalesce(fields.until_date, 'infinity') as is_due,
        pages.whole_requests as requests,
        pages.pages_present as pages,
        pages.present as page_records,
        coalesce(counts.past_present, 0) as past_told,
        pages.past_present as past_records,
        coalesce(pages.past_pages, 0) as all_pages,
        pages.history,
        least(pages.newest_at, counts.noticed_at) - interval 7 day as since_at,
        counts.* exclude (feed, field, history, newest_at)
    from (from counts where field <> '') as counts
    full join ref.fields as fields on fields.feed = counts.feed and fields.field = counts.field
    inner join counts as pages
        on pages.feed = coalesce(counts.feed, fields.feed) and pages.field = ''
),

measured as (
    select
        * exclude (present, nulls, history),
        coalesce(present, 0) as have,
        coalesce(nulls, 0) as are_null,
        have + if(list_contains(allowed, 'null'), are_null, 0) as told,
        -- Of a parent's children there may be several a record, or none.
        if(contains(field, '.'), max(coalesce(present, 0) + coalesce(nulls, 0)) over (
            partition by feed, split_part(field, '.', 1), contains(field, '.')
        ), page_records) as records,
        -- The pages up to the last that had it, and up to the last that had more than zeros.
        if(have = 0, list_filter(history, lambda page: page.received_at > since_at
            and page.received_at <= last_received_at), []) as had,
        if(have = zeros, list_filter(history, lambda page: page.received_at > since_at
            and page.received_at <= last_nonzero_at), []) as had_more,
        (past_told + 1) / (list_sum(list_transform(had, lambda page: page.records)) + 2) as share,
        -- Every one of several had it, and chance explains its absence once in a hundred.
        len(had) >= 2 and past_pages = len(had) and (1 - share) ^ page_records < 0.01
            as is_missed,
        have >= 5 and len(had_more) >= 5 and past_pages_nonzero = len(had_more) as is_zero_odd,
        magnitude - past_magnitude as shift,
        least > 3 * past_greatest or 3 * greatest < past_least as is_apart
    from listed
),

judged as (
    select
        *,
        case
            when records = 0 then null
            -- A choice: told where its words are listed, or else where chance explains nothing.
            when is_word then case
                when have > 0 and presence is null and (feed, split_part(field, '=', 1)) in (
                    select (feed, split_part(field, '=', 1)) from ref.fields where field like '%=%'
                ) then 'unlisted'
                when have = 0 and past_told > 0 and presence = 'retired' and not is_due then 'gone'
                when have = 0 and is_missed and (1 - share) ^ page_records < 1e-6 then 'gone'
            end
            when presence is null then case
                when have + are_null = 0 then if(is_missed, 'gone', null)
                when not contains(field, '.') then 'unlisted'
            end
            when is_due and presence <> 'retired' and len(list_filter(types, lambda t: t <> 'null'
                and not list_contains(allowed, t)
                and not (t = 'integer' and list_contains(allowed, 'number')))) > 0 then 'retyped'
            when is_due and presence in ('required', 'needed') and told < records then 'missing'
            when have = 0 and share >= 0.7 and is_missed then if(are_null > 0, 'nulls', 'gone')
            when past_records >= 50 and past_told = past_records and have < records
                then 'lacking'
            when zeros = have and is_zero_odd then 'zeros'
            -- Cents for dollars, or dollars for cents, clear of all that came before.
            when regexp_matches(field, '(dollars|price|fixed|cost|fees?|balance|revenue|value)$')
                and abs(shift) between 1.5 and 2.5 and is_apart then 'rescaled'
        end as change
    from measured
),

-- A cause is told once: a key that came in the place of another is named by the other.
paired as (
    select
        *,
        list(field) filter (where change in ('missing', 'gone') and told = 0 and not is_word)
            over siblings as lost,
        list(field) filter (where have > 0 and not is_word and past_told = 0
            and (change = 'unlisted' or all_pages > 0)) over siblings as came,
        len(lost) = 1 and len(came) = 1 as is_pair
    from judged
    window siblings as (partition by feed, contains(field, '.')),
        twins as (partition by feed, regexp_replace(field, '(_dollars|_fixed)$', ''))
    -- What moved together with its twin (balance, balance_dollars) is money that moved.
    qualify change is distinct from 'rescaled'
        or count(*) filter (where abs(shift) between 1.5 and 2.5) over twins < 2
)

select
    *,
    if(list_contains(lost, field), list_filter(came, lambda other:
        is_pair or jaro_winkler_similarity(other, field) >= 0.8)[1], null) as follower,
    -- Announced, and not seen after the day that was announced.
    coalesce(change = 'gone' and last_received_at::date < until_date, false) as is_expected,
    coalesce(list_filter(requests, lambda one: not list_contains(whole_requests, one))[1],
        requests[1]) as request_id
from paired
where change is not null
    and not coalesce(change = 'unlisted' and not is_word and len(list_filter(lost, lambda other:
        is_pair or jaro_winkler_similarity(other, field) >= 0.8)) > 0, false);
