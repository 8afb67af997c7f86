-- finding: an intent of a strategy or family that was blocked, halted or not armed at that moment
-- healthy: no rows
-- seen:    KXHIGHDEN went on trading through a live toggle that beat its ban, until 2026-05-12
with intents as (
    select intent_id, strategy_id, split_part(ticker, '-', 1) as family, intended_at
    from posted.intents
    -- The last week of trading.
    where kind = 'create'
        and intended_at > (select max(intended_at) from posted.intents) - interval 7 day
),
words as (
    -- What was said at the very moment of the intent counts only where it allows.
    select intents.*, words.* exclude (strategy_id, family), concat_ws('|',
        lower(words.strategy_id), lower(words.family), state in ('blocked', 'unblocked')) as scope
    from intents
    inner join decided.permissions as words
        on lower(words.strategy_id) in ('*', lower(intents.strategy_id))
        and lower(words.family) in ('*', lower(intents.family))
        and (words.set_at < intents.intended_at or (words.set_at = intents.intended_at
            and words.state in ('armed', 'unblocked', 'resumed')))
),
barred as (
    select intent_id from words where state not in ('armed', 'disarmed') group by intent_id, scope
    having arg_max(state, set_at) in ('blocked', 'halted')
),
armed as (
    select intent_id from words group by intent_id
    having max(set_at) filter (where state = 'armed' and until_at > intended_at) > coalesce(
        max(set_at) filter (where state in ('disarmed', 'blocked')), '-infinity')
)
select strategy_id || ' ' || family as subject, 'halt' as severity,
    format('{} intents since {}, {} blocked or halted, the others not armed; newest {}', count(*),
        min(intended_at)::varchar, count(*) filter (where intent_id in (from barred)),
        arg_max(intent_id, intended_at)) as detail, null::varchar as sample_request_id
from intents
where intent_id in (from barred) or intent_id not in (from armed)
group by strategy_id, family
