-- purpose:     Say what each market paid us, from our own fills; the exchange's figures are kept.
-- grain:       ticker
-- inputs:      ledger.fills, ledger.position_checks, parsed.markets, parsed.settlements,
--              audit.position_drifts
-- output:      ledger.settlements
-- parameters:  $since, $until (settled_at, UTC, half-open; markets traded in it or pending too)
-- idempotency: replaces the window, every pending market and those that traded in the window
with held as (
    select
        ticker,
        sum(yes_contracts)::decimal(18,2) as yes_contracts,
        sum(no_contracts)::decimal(18,2) as no_contracts,
        sum(cost_dollars)::decimal(18,6) as cost_dollars,
        sum(fee_dollars)::decimal(18,6) as fee_dollars,
        sum(cost_dollars) filter (where yes_contracts > 0) as yes_cost_dollars,
        sum(cost_dollars) filter (where no_contracts > 0) as no_cost_dollars,
        bool_or(filled_at >= $since and filled_at < $until) as has_traded
    from ledger.fills
    group by ticker
),

results as (
    select
        held.*,
        -- The later word counts: a result may be corrected after it was paid.
        case
            when reported.received_at >= markets.received_at
                then coalesce(reported.market_result, markets.market_result)
            else coalesce(markets.market_result, reported.market_result)
        end as result,
        -- Of this result's value; the listing tells it finer than in whole cents.
        coalesce(
            if(markets.market_result <> result, null, markets.settlement_value_dollars),
            if(reported.market_result <> result, null, reported.settlement_value_dollars)
        ) as settlement_value_dollars,
        markets.market_result <> reported.market_result as is_contradicted,
        -- The account's own row says when the money moved.
        coalesce(reported.settled_at, markets.settled_at) as settled_at,
        reported.revenue_reported_dollars,
        reported.yes_contracts_reported,
        reported.no_contracts_reported,
        reported.yes_cost_reported_dollars,
        reported.no_cost_reported_dollars,
        reported.fee_reported_dollars
    from held
    left join parsed.markets as markets on markets.ticker = held.ticker
    left join parsed.settlements as reported on reported.ticker = held.ticker
),

valued as (
    select
        results.* exclude (result),
        result as market_result,
        case result
            when 'yes' then 1
            when 'no' then 0
            when 'scalar' then settlement_value_dollars
            when 'void' then settlement_value_dollars
        end::decimal(18,6) as yes_value_dollars
    from results
    where settled_at is null or (settled_at >= $since and settled_at < $until) or has_traded
),

paid as (
    select
        valued.*,
        (
            yes_contracts * yes_value_dollars + no_contracts * (1 - yes_value_dollars)
        )::decimal(18,6) as payout_dollars,
        least(yes_contracts, no_contracts) as netted_dollars
    from valued
),

contradicted as (
    select ticker
    from ledger.position_checks
    where not is_agreed and not exists (from audit.position_drifts)
)

select
    ticker,
    market_result,
    yes_value_dollars,
    case
        when yes_value_dollars is null then 'pending'
        when ticker in (from contradicted) then 'incomplete'
        else 'settled'
    end as state,
    yes_contracts,
    no_contracts,
    payout_dollars,
    cost_dollars,
    fee_dollars,
    payout_dollars - cost_dollars - fee_dollars as profit_dollars,
    payout_dollars > cost_dollars + fee_dollars as is_win,
    revenue_reported_dollars,
    coalesce(is_contradicted, false)
    -- Revenue is in whole cents. Equal counts may tell of the pairs only, which says nothing.
    or coalesce(abs(revenue_reported_dollars - (payout_dollars - netted_dollars)) >= 0.01, false)
    or coalesce(
        yes_contracts_reported <> no_contracts_reported
        and (yes_contracts_reported, no_contracts_reported) <> (yes_contracts, no_contracts),
        false
    )
    or coalesce(abs(yes_cost_reported_dollars - coalesce(yes_cost_dollars, 0)) >= 0.01, false)
    or coalesce(abs(no_cost_reported_dollars - coalesce(no_cost_dollars, 0)) >= 0.01, false)
    or coalesce(abs(fee_reported_dollars - fee_dollars) >= 0.01, false) as disagrees,
    settled_at
from paid
