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

-- Records to compare a feed with itself: era 4 is its newest first page that has any, eras 1 to 3
-- are up to twelve earlier ones, spread over all that has landed, oldest first.
create view audit.samples as
with pages as (
    select
        requests.feed,
        requests.body_sha256,
        max_by(requests.request_id, requests.landed_seq) as request_id,
        max(requests.landed_seq) as landed_seq,
        max(requests.received_at) as received_at
    from landed.requests as requests
    where requests.page = 0
        and requests.status_code = 200
        and requests.feed in (select fields.feed from ref.fields as fields)
    group by requests.feed, requests.body_sha256
),

ranked as (
    select
        pages.*,
        row_number() over (partition by feed order by landed_seq desc) as age,
        count(*) over (partition by feed) as ages
    from pages
),

chosen as (
    select
        ranked.feed,
        ranked.request_id,
        ranked.landed_seq,
        ranked.received_at,
        ranked.age,
        feeds.record_path,
        bodies.body
    from ranked
    inner join ref.feeds as feeds on feeds.feed = ranked.feed
    inner join landed.bodies as bodies on bodies.body_sha256 = ranked.body_sha256
    where ranked.age <= 5 or ranked.age % greatest(1, ranked.ages // 12) = 0
),

lists as (
    select
        chosen.* exclude (body),
        json_extract(body, record_path) as list
    from chosen
    -- What is no JSON at all is a reject, not a drift.
    where json_valid(body)
),

opened as (
    select
        lists.* exclude (list),
        case json_type(list)
            when 'ARRAY' then json_extract(list, '$[*]')[:200]
            when 'OBJECT' then [list]
        end as records
    from lists
),

-- A page without its list is new; an empty list says nothing about fields.
newest as (
    select feed, min(age) as age
    from opened
    where records is null or len(records) > 0
    group by feed
)

select
    opened.feed,
    case
        when opened.age = newest.age then 4
        else ntile(3) over (
            partition by opened.feed, opened.age = newest.age order by opened.landed_seq
        )
    end as era,
    opened.request_id,
    opened.received_at,
    opened.record_path,
    opened.records
from opened
inner join newest on newest.feed = opened.feed
where opened.age = newest.age or (opened.age > newest.age and len(opened.records) > 0);

-- Which keys the sampled records have, and of which JSON types. A null counts as absent.
create view audit.field_counts as
with records as (
    select feed, era, request_id, received_at, unnest(records) as record
    from audit.samples
),

totals as (
    select
        feed,
        era,
        count(*) as records,
        count(distinct request_id) as pages,
        max(request_id) as request_id,
        max(received_at)::date as received_date
    from records
    group by feed, era
),

present as (
    select
        records.feed,
        records.era,
        pairs.key as field,
        count(*) filter (where pairs.type <> 'NULL') as present,
        count(distinct records.request_id) filter (where pairs.type <> 'NULL') as pages_present,
        count(*) filter (where pairs.type = 'NULL') as nulls,
        list(distinct case
            when pairs.type in ('BIGINT', 'UBIGINT') then 'integer'
            when pairs.type in ('DOUBLE', 'HUGEINT', 'UHUGEINT') then 'number'
            when pairs.type = 'VARCHAR' then 'string'
            else lower(pairs.type)
        end) as types
    from records
    cross join json_each(records.record) as pairs
    -- What is no object has no keys, and is a reject.
    where pairs.key is not null
    group by records.feed, records.era, pairs.key
),

known as (
    select feed, field from ref.fields
    union
    select feed, field from present
)

select
    totals.feed,
    totals.era,
    known.field,
    totals.records,
    totals.pages,
    coalesce(present.present, 0) as present,
    coalesce(present.pages_present, 0) as pages_present,
    coalesce(present.nulls, 0) as nulls,
    coalesce(present.types, []) as types,
    totals.request_id,
    totals.received_date
from totals
inner join known on known.feed = totals.feed
left join present
    on present.feed = totals.feed
    and present.era = totals.era
    and present.field = known.field;

-- How large a share of the records had a key, in the era when most of them had it, or in all eras.
-- Only where every one of several pages had it: keys that depend on the market's state (a result,
-- a settlement) come on some pages and not on others, and are not gone when they do not come.
create view audit.field_shares as
select feed, field, max(share) as share
from (
    select
        feed,
        field,
        (sum(present) + 1) / (sum(records) + 2) as share
    from audit.field_counts
    where era < 4
    group by grouping sets ((feed, field, era), (feed, field))
    having sum(pages) >= 2 and sum(pages_present) = sum(pages)
)
group by feed, field;
