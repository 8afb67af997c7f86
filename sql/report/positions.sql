-- purpose:     Say what each book holds of markets that have not settled yet, at the price it has.
-- grain:       book_id, ticker
-- inputs:      ledger.positions, ledger.settlements, ledger.marks
-- output:      a report
-- parameters:  none
-- idempotency: reads only
select
    positions.book_id,
    positions.ticker,
    positions.yes_contracts,
    positions.no_contracts,
    positions.netted_contracts,
    positions.yes_contracts - positions.no_contracts as net_contracts,
    positions.cost_dollars,
    positions.fee_dollars,
    marks.bid_dollars,
    marks.worth_dollars,
    marks.open_profit_dollars,
    marks.quoted_at
from ledger.positions as positions
inner join ledger.settlements as settlements on settlements.ticker = positions.ticker
left join ledger.marks as marks
    on marks.book_id = positions.book_id and marks.ticker = positions.ticker
where settlements.state = 'pending'
order by positions.book_id, positions.ticker
