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
    body_sha256 varchar                       -- of landed.bodies; null = no answer came
);

create table landed.bodies (
    body_sha256 varchar not null,             -- of the bytes received
    body varchar,                             -- the text, where the bytes are UTF-8
    body_bytes blob,                          -- the bytes, only where they are not UTF-8
    size_bytes bigint not null,               -- length in bytes
    first_received_at timestamptz not null    -- UTC
);

create view landed.payloads as
select
    requests.*,
    bodies.body,
    bodies.body_bytes,
    bodies.size_bytes
from landed.requests as requests
left join landed.bodies as bodies on bodies.body_sha256 = requests.body_sha256;

-- A pull is complete when every page answered and the last one said so.
create view landed.pulls as
select
    feed,
    endpoint,
    request,
    pull_id,
    min(requested_at) as requested_at,
    max(received_at) as received_at,
    coalesce(
        bool_or(is_last_page and status_code = 200)
        and bool_and(coalesce(status_code = 200, false))
        and count(distinct page) = max(page) + 1,
        false
    ) as is_complete
from landed.requests
group by feed, endpoint, request, pull_id;
