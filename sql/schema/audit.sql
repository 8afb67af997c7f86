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

-- The pages that field_drift compares: a feed's last round of answers, and the week before it.
-- Bounded, so that an audit costs the same however old the database is.
create view audit.field_samples as
with newest as (
    select
        pages.feed,
        max(pages.received_at) as received_at,
        to_milliseconds(500 * coalesce(any_value(feeds.cadence_seconds), 60)) as round
    from parsed.field_pages as pages
    inner join ref.feeds as feeds on feeds.feed = pages.feed
    where pages.records is null or pages.records > 0
    group by pages.feed
)

select pages.*, pages.received_at > newest.received_at - newest.round as is_newest
from parsed.field_pages as pages
inner join newest on newest.feed = pages.feed
where pages.received_at > newest.received_at - interval 7 day
    and (pages.records is null or pages.records > 0);

-- Each field's statistics, and each choice's (key=word), in the newest pages and in those before;
-- the row of no field is the pages' own.
create view audit.field_counts as
with entries as (
    select
        feed,
        records,
        is_newest,
        request_id,
        received_at,
        unnest(list_prepend(
            {
                'field': '', 'present': records, 'nulls': 0, 'zeros': 0, 'types': [],
                'least': null, 'middle': null, 'greatest': null
            },
            fields
        )) as said
    from audit.field_samples
    where records > 0
)

select
    feed,
    said.field as field,
    coalesce(sum(said.present) filter (where is_newest), 0) as present,
    coalesce(sum(said.nulls) filter (where is_newest), 0) as nulls,
    coalesce(sum(said.zeros) filter (where is_newest), 0) as zeros,
    count(*) filter (where is_newest and 2 * said.present > records) as pages_present,
    count(*) filter (where is_newest and 2 * (said.present + said.nulls) > records) as pages_told,
    list(request_id order by received_at desc)
        filter (where is_newest and said.present >= records) as whole_requests,
    list_sort(list_distinct(flatten(list(said.types) filter (where is_newest)))) as types,
    min(said.least) filter (where is_newest) as least,
    avg(log10(said.middle)) filter (where is_newest) as magnitude,
    max(said.greatest) filter (where is_newest) as greatest,
    coalesce(sum(said.present) filter (where not is_newest), 0) as past_present,
    coalesce(sum(said.zeros) filter (where not is_newest), 0) as past_zeros,
    count(*) filter (where not is_newest and said.present > 0) as past_pages,
    count(*) filter (where not is_newest and said.present > said.zeros) as past_pages_nonzero,
    min(said.least) filter (where not is_newest) as past_least,
    avg(log10(said.middle)) filter (where not is_newest) as past_magnitude,
    max(said.greatest) filter (where not is_newest) as past_greatest,
    max(received_at) filter (where said.present > 0) as last_received_at
from entries
group by feed, said.field;

-- What has changed of a field: against ref.fields, and against the feed's own past. Null = nothing.
create view audit.field_changes as
with counts as materialized (select * from audit.field_counts),

noticed as (
    select
        subject,
        min(seen_at) filter (where state = 'open') as noticed_at,
        arg_max(state, seen_at) = 'open' as is_open
    from audit.observations
    where finding = 'field_drift'
    group by subject
),

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
        noticed.noticed_at,
        coalesce(noticed.is_open, false) as is_open,
        pages.whole_requests as requests,
        pages.pages_present as pages,
        pages.present as page_records,
        pages.past_present as past_records,
        pages.past_pages as all_pages,
        coalesce(counts.past_present, 0) as past_told,
        counts.last_received_at::date as last_date,
        counts.* exclude (feed, field, last_received_at)
    from (from counts where field <> '') as counts
    full join ref.fields as fields on fields.feed = counts.feed and fields.field = counts.field
    inner join counts as pages
        on pages.feed = coalesce(counts.feed, fields.feed) and pages.field = ''
    left join noticed
        on noticed.subject = pages.feed || '.' || coalesce(counts.field, fields.field)
),

measured as (
    select
        * exclude (present, nulls),
        coalesce(present, 0) as have,
        coalesce(nulls, 0) as are_null,
        have + if(list_contains(allowed, 'null'), are_null, 0) as told,
        -- Of a parent's children there may be several a record, or none.
        if(contains(field, '.'), max(coalesce(present, 0) + coalesce(nulls, 0)) over (
            partition by feed, split_part(field, '.', 1), contains(field, '.')
        ), page_records) as records,
        (past_told + 1) / (past_records + 2) as share,
        -- Every one of several pages had it, and chance explains its absence once in a hundred.
        all_pages >= 2 and past_pages = all_pages and (1 - share) ^ page_records < 0.01
            as is_missed,
        all_pages >= 2 and past_pages_nonzero = all_pages
            and ((past_zeros + 1) / (past_told + 2)) ^ have < 0.01 as is_zero_odd,
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
            when is_due and presence = 'required' and told < records then 'missing'
            when have = 0 and share >= 0.7 and is_missed then if(are_null > 0, 'nulls', 'gone')
            when told = 0 and is_open then 'gone'
            when past_records >= 50 and past_told = past_records and have < records
                then 'lacking'
            when zeros = have and have > 0 and is_zero_odd then 'zeros'
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
    coalesce(change = 'gone' and last_date < until_date, false) as is_expected,
    coalesce(list_filter(requests, lambda one: not list_contains(whole_requests, one))[1],
        requests[1]) as request_id
from paired
where change is not null
    and not coalesce(change = 'unlisted' and not is_word and len(list_filter(lost, lambda other:
        is_pair or jaro_winkler_similarity(other, field) >= 0.8)) > 0, false);
