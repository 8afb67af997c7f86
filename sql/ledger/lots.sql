-- purpose:     Pair each book's YES and NO of a market, first in, first out, into lots.
-- grain:       lot_id
-- inputs:      ledger.fills, ledger.attribution
-- output:      ledger.lots
-- parameters:  $since, $until (last_filled_at, UTC, half-open; every book of a market that traded)
-- idempotency: replaces the window and the markets that traded in it; same inputs, same rows
with traded as (
    select distinct ticker
    from ledger.attribution
    where filled_at >= $since and filled_at < $until
),

bought as (
    select
        attribution.book_id,
        fills.ticker,
        fills.yes_contracts > 0 as is_yes,
        fills.filled_at,
        fills.fill_id,
        greatest(fills.yes_contracts, fills.no_contracts) as contracts,
        cost_of(fills.price_dollars, contracts) as cost_dollars,
        fills.fee_dollars
    from ledger.fills as fills
    inner join ledger.attribution as attribution on attribution.fill_id = fills.fill_id
    where attribution.ticker in (from traded)
),

books as (
    select
        book_id,
        ticker,
        bool_or(is_yes) and not bool_and(is_yes) as is_hedged,
        max(filled_at) as last_filled_at
    from bought
    group by book_id, ticker
),

pairing as (
    select *, row_number() over () as book_number
    from books
    where is_hedged
),

-- Where a fill ends among all contracts that its book bought of its side.
ends as (
    select
        pairing.book_number,
        bought.is_yes,
        sum(bought.contracts) over (
            partition by pairing.book_number, bought.is_yes
            order by bought.filled_at, bought.fill_id
        )::decimal(18,2) as upto_contracts,
        {
            'fill_id': bought.fill_id,
            'filled_at': bought.filled_at,
            'contracts': bought.contracts,
            'cost_dollars': bought.cost_dollars,
            'fee_dollars': bought.fee_dollars,
            'ends_at': upto_contracts
        } as fill
    from bought
    inner join pairing
        on pairing.book_id = bought.book_id and pairing.ticker = bought.ticker
),

-- From each end back to the end before it, whichever side that is of, a lot has one fill of
-- each side: the one whose own end comes next. Past the shorter side's last end there is none.
cuts as (
    select
        book_number,
        upto_contracts,
        lead(upto_contracts, 1, 0) over later as since_contracts,
        last_value(case when is_yes then fill end ignore nulls) over later as yes_fill,
        last_value(case when not is_yes then fill end ignore nulls) over later as no_fill
    from ends
    window later as (partition by book_number order by upto_contracts desc)
),

lots as (
    select
        pairing.book_id,
        pairing.ticker,
        yes_fill.fill_id as yes_fill_id,
        no_fill.fill_id as no_fill_id,
        (upto_contracts - since_contracts)::decimal(18,2) as contracts,
        least(yes_fill.filled_at, no_fill.filled_at) as opened_at,
        if(yes_fill is null or no_fill is null, null,
            greatest(yes_fill.filled_at, no_fill.filled_at)) as netted_at,
        (
            part_of(yes_fill, yes_fill.cost_dollars, since_contracts, upto_contracts)
            + part_of(no_fill, no_fill.cost_dollars, since_contracts, upto_contracts)
        )::decimal(18,6) as cost_dollars,
        (
            part_of(yes_fill, yes_fill.fee_dollars, since_contracts, upto_contracts)
            + part_of(no_fill, no_fill.fee_dollars, since_contracts, upto_contracts)
        )::decimal(18,6) as fee_dollars,
        pairing.last_filled_at
    from cuts
    inner join pairing on pairing.book_number = cuts.book_number
    where upto_contracts > since_contracts
    union all
    select
        bought.book_id,
        bought.ticker,
        case when bought.is_yes then bought.fill_id end,
        case when not bought.is_yes then bought.fill_id end,
        bought.contracts,
        bought.filled_at,
        null,
        bought.cost_dollars,
        bought.fee_dollars,
        books.last_filled_at
    from bought
    inner join books
        on books.book_id = bought.book_id and books.ticker = bought.ticker and not books.is_hedged
)

select concat_ws(':', coalesce(yes_fill_id, ''), coalesce(no_fill_id, '')) as lot_id, *
from lots
