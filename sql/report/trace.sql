-- purpose:     Walk from a fill to its order, intent, decision, belief, reports and payout.
-- grain:       place, part, field
-- inputs:      parsed.fills, parsed.orders, parsed.observations, parsed.markets, posted.intents,
--              posted.outcomes, posted.corrections, decided.decisions, decided.gates,
--              forecast.daily_extremes, forecast.fair_values, forecast.evidence,
--              ledger.attribution, ledger.settlements
-- output:      a report
-- parameters:  $fill_id
-- idempotency: reads only
with fill as (
    select * from parsed.fills where fill_id = $fill_id
),
owner as (
    select attribution.* from ledger.attribution as attribution
    inner join fill on fill.fill_id = attribution.fill_id
),
intent as (
    select intents.* from posted.intents as intents
    inner join owner on owner.intent_id = intents.intent_id
),
decision as (
    select decisions.* from decided.decisions as decisions
    inner join intent on intent.decision_id = decisions.decision_id
),
market as (
    select markets.* from parsed.markets as markets inner join fill on fill.ticker = markets.ticker
),
-- What was believed when it was decided: the last row before it. (Without its partition DuckDB 1.5
-- makes an aggregate of such a ranking, which has a row of nulls where there is none.)
belief as (
    select extremes.* exclude (pmf), row_number() over (
        partition by extremes.event_ticker order by extremes.as_of desc) as age
    from forecast.daily_extremes as extremes
    inner join decision on decision.event_ticker = extremes.event_ticker
        and decision.variant = extremes.variant and extremes.as_of <= decision.decided_at
),
worth as (
    select worths.*, row_number() over (
        partition by worths.ticker order by worths.as_of desc) as age
    from forecast.fair_values as worths
    inner join decision on decision.ticker = worths.ticker
        and decision.variant = worths.variant and worths.as_of <= decision.decided_at
),
seen as (
    select evidence.*, row_number() over (
        partition by evidence.station_id order by evidence.as_of desc) as age
    from forecast.evidence as evidence
    inner join market on market.station_id = evidence.station_id
        and market.climate_date = evidence.climate_date and market.measure = evidence.measure
    inner join decision on evidence.as_of <= decision.decided_at
),
reports as (
    select observations.observed_at, observations.kind, observations.lower_f, observations.upper_f,
        observations.raw, row_number() over (
            partition by observations.station_id order by observations.observed_at desc) as age
    from parsed.observations as observations
    inner join market on market.station_id = observations.station_id
    inner join decision on observations.observed_at <= decision.decided_at
        and observations.received_at <= decision.decided_at
        and observations.observed_at > decision.decided_at - interval 1 day
),
told as (
    select 1 as place, 1 as part, to_json(fill) as words from fill
    union all
    select 2, 1, to_json(owner) from owner
    union all
    select 3, 1, to_json(corrections) from posted.corrections as corrections
    where fill_id = $fill_id
    union all
    select 4, 1, to_json(orders) from parsed.orders as orders
    inner join fill on fill.order_id = orders.order_id
    union all
    select 5, 1, to_json(intent) from intent
    union all
    select 6, row_number() over (order by outcomes.observed_at), to_json(outcomes)
    from posted.outcomes as outcomes inner join intent on intent.intent_id = outcomes.intent_id
    union all
    select 7, 1, to_json(decision) from (select * exclude (gates) from decision) as decision
    union all
    select 8, each.position, json_object(each.gate, concat_ws(' ',
        coalesce(each.value::varchar, 'unknown'), 'against', each.threshold::varchar || ':',
        if(coalesce(each.passed, false), 'passed', 'stopped')))
    from decided.gates as each inner join decision on decision.decision_id = each.decision_id
    union all
    select 9, 1, to_json(belief) from belief where age = 1
    union all
    select 10, 1, to_json(worth) from worth where age = 1
    union all
    select 11, 1, to_json(seen) from seen where age = 1
    union all
    select 12, age, to_json(reports) from reports where age <= 3
    union all
    select 13, 1, to_json(settlements) from ledger.settlements as settlements
    inner join fill on fill.ticker = settlements.ticker
),
steps as (
    select * from (values
        (1, 'fill'), (2, 'attribution'), (3, 'correction'), (4, 'order'), (5, 'intent'),
        (6, 'outcome'), (7, 'decision'), (8, 'gate'), (9, 'forecast'), (10, 'fair value'),
        (11, 'evidence'), (12, 'observation'), (13, 'settlement')
    ) as names (place, step)
)
select steps.place, steps.step, coalesce(told.part, 1) as part,
    coalesce(pairs.key, 'not found') as field, pairs.value ->> '$' as value
from steps
left join told on told.place = steps.place
left join lateral (
    select key, value, id from json_each(coalesce(told.words, '{}'))
    where key not in ('age', 'landed_seq', 'position')
) as pairs on true
order by steps.place, part, pairs.id
