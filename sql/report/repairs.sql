-- purpose:     Say where our books contradict the predecessor's, until that is written down.
-- grain:       table_name, row_key, column_name
-- inputs:      parsed.predecessor_books, ledger.attribution, ledger.settlements, audit.changes
-- output:      table_name, row_key, column_name, old_value, new_value
-- parameters:  $since, $until (filled_at or settled_at, UTC, half-open)
-- idempotency: reads only; what a rebuild has written into audit.changes is told no more
with derived as (
    select
        'ledger.attribution' as table_name,
        fill_id as row_key,
        'strategy_id' as column_name,
        strategy_id as derived_value,
        filled_at as moved_at
    from ledger.attribution
    union all
    -- A market without own fills has no row here, one without a result no profit: left alone.
    select 'ledger.settlements', ticker, 'profit_dollars', profit_dollars::varchar, settled_at
    from ledger.settlements
    where profit_dollars is not null
)

select
    books.table_name,
    books.row_key,
    books.column_name,
    books.reported_value as old_value,
    derived.derived_value as new_value
from parsed.predecessor_books as books
inner join derived
    on derived.table_name = books.table_name
    and derived.row_key = books.row_key
    and derived.column_name = books.column_name
anti join audit.changes as changes
    on changes.table_name = books.table_name
    and changes.row_key = books.row_key
    and changes.column_name = books.column_name
    and changes.old_value = books.reported_value
where books.reported_value <> derived.derived_value
    and (derived.moved_at is null or (derived.moved_at >= $since and derived.moved_at < $until))
order by all
