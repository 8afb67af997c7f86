-- What the world said, untouched. Facts: never updated, never deleted. Written by the executor's feeds and `kwx land`.
create schema if not exists landed;

create table landed.requests (
    request_id varchar not null,              -- hash of what was asked, when, and what came back
    feed varchar not null,                    -- ref.feeds.feed
    endpoint varchar not null,                -- path asked, or the file's name
    request varchar,                          -- what the body itself does not say (an order book's ticker)
    pull_id varchar not null,                 -- pages of one pull share it
    page integer not null,                    -- 0, 1, ... within the pull
    is_last_page boolean not null,            -- the exchange said that nothing follows
    status_code integer,                      -- HTTP status; null = no answer came
    requested_at timestamptz not null,        -- UTC
    received_at timestamptz not null,         -- UTC
    environment varchar not null,             -- the account's, or import
    landed_seq bigint not null,               -- order of landing, strictly rising
    body_sha256 varchar,                      -- of landed.bodies; null = no answer came
    body_seq bigint                           -- of landed.bodies; null = no answer came
);

create table landed.bodies (
    body_sha256 varchar not null,             -- of the bytes received
    body varchar,                             -- the text, where the bytes are UTF-8
    body_bytes blob,                          -- the bytes, only where they are not UTF-8
    size_bytes bigint not null,               -- length in bytes
    first_received_at timestamptz not null,   -- UTC
    body_seq bigint not null                  -- 1, 2, ... in order of landing: its rowid plus one
);

create view landed.payloads as
select
    requests.*,
    bodies.body,
    bodies.body_bytes,
    bodies.size_bytes
from landed.requests as requests
-- By rowid, because any other join reads every text of the table to find a few (measured on 1.5:
-- 7 ms instead of 385 ms among 300,000). Bodies are never deleted, so the two agree; should a copy
-- of the table ever have another order, the second condition finds no text rather than a wrong one.
left join landed.bodies as bodies
    on bodies.rowid = requests.body_seq - 1 and bodies.body_seq = requests.body_seq;

-- The pulls since a moment: a year of polls is not read for the newest. A pull is complete when
-- every page answered and the last one said so.
create macro landed.pulls_since(since) as table
select
    feed,
    endpoint,
    request,
    pull_id,
    min(requested_at) as requested_at,
    max(received_at) as received_at,
    list(request_id) as request_ids,
    coalesce(
        bool_or(is_last_page and status_code = 200)
        and bool_and(coalesce(status_code = 200, false))
        and count(distinct page) = max(page) + 1,
        false
    ) as is_complete
from landed.requests
where received_at >= since
group by feed, endpoint, request, pull_id;

create view landed.pulls as
select * exclude (request_ids) from landed.pulls_since('-infinity'::timestamptz);
