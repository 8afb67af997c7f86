-- finding: a posted decision whose probability is not the forecast's, or that had no forecast
-- healthy: no rows
-- seen:    the predecessor logged one minus the probability on its NO rows and kept no forecast
--          beside its decisions: what was believed when money was spent could not be told later
with decided as (
    select decision_id, strategy_id, ticker, variant, decided_at, yes_probability
    from decided.decisions
    where verdict = 'post'
        and decided_at > $as_of::timestamptz - interval 1 day
        and decided_at <= $as_of
),

believed as (
    select decided.*, beliefs.yes_probability as believed
    from decided
    -- A belief that has not changed is written down every few minutes only.
    asof left join (
        from forecast.fair_values
        where as_of > $as_of::timestamptz - interval 25 hour
    ) as beliefs
        on beliefs.ticker = decided.ticker
        and beliefs.variant = decided.variant
        and beliefs.as_of <= decided.decided_at
)

select
    strategy_id || ' ' || ticker as subject,
    'halt' as severity,
    format('{} decisions; {} says {}, its forecast {}',
        count(*), arg_max(decision_id, decided_at),
        round(arg_max(yes_probability, decided_at), 6),
        coalesce(round(arg_max({'p': believed}, decided_at).p, 6)::varchar, 'nothing')) as detail,
    null::varchar as sample_request_id
from believed
where coalesce(abs(yes_probability - believed) > 1e-6, true)
group by strategy_id, ticker
