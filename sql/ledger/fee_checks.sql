-- purpose:     Put each fill's fee beside the one that the dated rules of ref.fees ask for.
-- grain:       fill_id
-- inputs:      ledger.charges, parsed.fills
-- output:      ledger.fee_checks
-- parameters:  $since, $until (filled_at, UTC, half-open)
-- idempotency: replaces the window; what an order is given back looks at all its fills
with charges as materialized (
    select *, charge_dollars - trade_fee_dollars as dust_dollars
    from ledger.charges
),

-- Orders whose dust comes to a hundredth of a cent; before 2026-05-28 none was collected.
givers as (
    select order_id, reading
    from charges
    group by order_id, reading
    having sum(dust_dollars) >= 0.0001
),

collected as (
    select
        charges.*,
        if(charges.rounding = 'cent_up', 0, floor(charges.charge_dollars * 10000)) as most_steps,
        sum(charges.dust_dollars) over so_far as dust_so_far_dollars,
        sum(most_steps) over so_far as most_so_far
    from charges
    inner join givers
        on givers.order_id = charges.order_id and givers.reading = charges.reading
    window so_far as (
        partition by charges.order_id, charges.reading order by charges.filled_at, charges.fill_id
    )
),

-- An order is given back whole hundredths of what its fills collected, and with no fill more than
-- the fee of it: k fills together the least, over j from 0 to k, of what the first j collected and
-- the later ones could give.
given as (
    select
        *,
        most_so_far + least(
            min(floor(dust_so_far_dollars * 10000) - most_so_far) over so_far, 0
        ) as given_so_far
    from collected
    window so_far as (partition by order_id, reading order by filled_at, fill_id)
),

givings as (
    select
        *,
        (given_so_far - lag(given_so_far, 1, 0) over so_far) * 0.0001 as given_dollars
    from given
    window so_far as (partition by order_id, reading order by filled_at, fill_id)
),

-- Fills of one order in one moment have no sequence: what is given back may stand on any of them,
-- and only their sum has to agree.
moments as (
    select
        givings.fill_id,
        givings.reading,
        givings.given_dollars,
        fills.fee_dollars - givings.charge_dollars + givings.given_dollars as off_dollars,
        sum(off_dollars) over moment = 0
        and max(abs(off_dollars)) over moment <= 0.0001 as is_even
    from givings
    inner join parsed.fills as fills on fills.fill_id = givings.fill_id
    window moment as (partition by givings.order_id, givings.reading, givings.filled_at)
),

judged as (
    select
        charges.reading,
        charges.fee_type,
        charges.rounding,
        fills.*,
        (charges.charge_dollars - coalesce(moments.given_dollars, 0))::decimal(18,6)
            as model_fee_dollars,
        fills.fee_dollars - model_fee_dollars as difference_dollars,
        difference_dollars = 0 or coalesce(moments.is_even, false) as is_met
    from charges
    inner join parsed.fills as fills on fills.fill_id = charges.fill_id
    left join moments on moments.fill_id = charges.fill_id and moments.reading = charges.reading
)

select
    dated.fill_id,
    dated.ticker,
    dated.filled_at,
    case dated.is_taker when true then 'taker ' when false then 'maker ' else 'untold ' end
    || dated.fee_type as rule,
    dated.rounding as era,
    dated.model_fee_dollars,
    dated.fee_dollars,
    dated.difference_dollars::decimal(18,6) as difference_dollars,
    -- A rounding of which nobody knows the day may have been in force or not.
    if(dated.is_taker is null, null, dated.is_met or others.fill_id is not null) as is_agreed
from judged as dated
left join (
    select distinct judged.fill_id from judged where judged.reading <> 'dated' and judged.is_met
) as others on others.fill_id = dated.fill_id
where dated.reading = 'dated' and dated.filled_at >= $since and dated.filled_at < $until
