-- purpose:     Say what each market is, which whole degrees it wins on and what became of it.
-- grain:       ticker
-- inputs:      landed.payloads, ref.series
-- output:      parsed.markets
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the latest receipt of a market stays
with pages as (
    select landed_seq, received_at,
        try(from_json(body, replace('{"markets":[M],"event":{"markets":[M]}}', 'M', '{
            "ticker":"VARCHAR","event_ticker":"VARCHAR","status":"VARCHAR","result":"VARCHAR",
            "open_time":"VARCHAR","close_time":"VARCHAR","settlement_ts":"VARCHAR",
            "strike_type":"VARCHAR","floor_strike":"VARCHAR","cap_strike":"VARCHAR",
            "subtitle":"VARCHAR","yes_sub_title":"VARCHAR","rules_primary":"VARCHAR",
            "rules_secondary":"VARCHAR","expiration_value":"VARCHAR",
            "settlement_value_dollars":"VARCHAR","settlement_value":"JSON"}'))) as answer,
        coalesce((answer).markets, (answer).event.markets) as markets,
        if(markets is null, coalesce(body_complaint(body, body_bytes),
            'the body has no list of markets'), null) as page_reason,
    from landed.payloads
    where feed in ('kalshi_event', 'kalshi_historical_markets', 'kalshi_markets')
        and status_code = 200 and landed_seq >= $since_seq and landed_seq < $until_seq
),
records as (
    select landed_seq, received_at, page_reason, unnest(markets) as sent,
        unnest(coalesce(range(len(markets)), [-1]))::integer as position,
    from pages
),
-- The exchange writes "62° or below", "72° to 73°", "is between 72-73°"; − is a minus.
phrases as (
    select records.*, series.station_id, series.measure,
        regexp_extract(lower(translate(trim(coalesce(nullif(trim(sent.yes_sub_title), ''),
            sent.subtitle)), '−', '-')), '^(-?\d{1,4})( ?(?:°|degrees)(?: ?f(?:ahrenheit)?)?)?'
            || '(?: ?(?:to|[-–]) ?(-?\d{1,4}) ?(?:°|degrees)(?: ?f(?:ahrenheit)?)?'
            || '| or (?:(below|lower|less)|above|higher|more))$',
            ['first', 'unit', 'second', 'downward']) as subtitle,
        lower(regexp_replace(translate(sent.rules_primary, '−', '-'), '\s+', ' ', 'g')) as rules,
        '\bis ((?:less|greater) than(?: or equal to)?|at least|at most|below|above|between) '
        || '(-?\d{1,4})(?:(?: ?(?:°|degrees)(?: ?f(?:ahrenheit)?)?)? ?(?:[-–]|to|and) ?'
        || '(-?\d{1,4}))? ?(?:°|degrees)( ?c(?:elsius)?\b)?' as condition,
        regexp_extract(rules, condition, ['words', 'first', 'second', 'celsius']) as rule,
        len(regexp_extract_all(rules, condition)) as conditions,
        regexp_replace(regexp_replace(concat_ws(' ', rules, sent.rules_secondary), condition, ''),
            '\b[A-Za-z]{3,9}\.? \d{1,2}, \d{4}\b|-?\d+', '#', 'g') as template,
        -- The exchange warns not to read tickers: the rules' date counts, the other is a check.
        regexp_extract(rules, '\bfor ([a-z]{3})[a-z]*\.? (\d{1,2}, \d{4})\b', ['m', 'd']) as named,
        try_strptime(concat_ws(' ', (named).m, (named).d), '%b %d, %Y')::date as rules_date,
        try_strptime(regexp_extract(sent.event_ticker, '-(\d\d[A-Z]{3}\d\d)$', 1), '%y%b%d')::date
            as ticker_date,
        [try_cast(regexp_extract(word, '^(-?\d{1,4})(?:\.0+)?$', 1) as integer)
            for word in [sent.floor_strike, sent.cap_strike]] as strikes_f,
    from records
    left join ref.series as series
        on series.series_ticker = split_part(records.sent.event_ticker, '-', 1)
),
readings as (
    select *,
        -- Strikes, else the subtitle, else the rules, which must name one condition in °F.
        [winning_range(one.words, one.first_f, one.second_f) for one in [
            {'words': sent.strike_type, 'second_f': strikes_f[2],
                'first_f': strikes_f[if(starts_with(sent.strike_type, 'less'), 2, 1)]},
            {'words': case when subtitle.second <> '' then 'between' when subtitle.unit = ''
                then null when subtitle.downward = '' then 'at least' else 'at most' end,
                'second_f': try_cast(subtitle.second as integer),
                'first_f': try_cast(subtitle.first as integer)},
            {'words': if(conditions = 1 and rule.celsius = ''
                and (rule.second <> '') = (rule.words = 'between'), rule.words, null),
                'second_f': try_cast(rule.second as integer),
                'first_f': try_cast(rule.first as integer)}]] as ranges,
        if(station_id is null or rules_date <> ticker_date, null,
            coalesce(rules_date, ticker_date)) as climate_date,
        try_cast(regexp_extract(sent.expiration_value, '^-?\d{1,3}(\.\d{1,6})?$') as double)
            as expiration_f,
        if(sent.settlement_value_dollars is null, cents_or_dollars(sent.settlement_value),
            exact_dollars(sent.settlement_value_dollars)) as settlement_value,
        if(sent.result in ('', 'yes', 'no', 'scalar', 'void'), sent.result, null) as result,
        [exact_moment(word) for word in [sent.open_time, sent.close_time, sent.settlement_ts]]
            as moments,
        if(position < 0, page_reason, if(sent is null, 'the record is no object', concat_ws('; ',
            if(is_ticker(sent.ticker), null, complaint('ticker', sent.ticker)),
            if(is_ticker(sent.event_ticker), null, complaint('event_ticker', sent.event_ticker)),
            if(regexp_full_match(sent.status, '[a-z_]+'), null, complaint('status', sent.status))
        ))) as refusal,
    from phrases
),
bounded as (
    select *, if(station_id is not null and len(list_distinct(ranges)) = 1,
        list_distinct(ranges)[1], null) as bounds,
    from readings
)
select
    sent.ticker as ticker, sent.event_ticker as event_ticker,
    split_part(sent.event_ticker, '-', 1) as series_ticker, station_id, measure, climate_date,
    sent.strike_type as strike_type, exact_dollars(sent.floor_strike) as floor_strike,
    exact_dollars(sent.cap_strike) as cap_strike,
    try_cast(split_part(bounds, '..', 1) as integer) as lower_f,
    try_cast(split_part(bounds, '..', 2) as integer) as upper_f,
    if(bounds is null, null, ['strikes', 'subtitle', 'rules'][list_position(ranges, bounds)])
        as bounds_evidence, sent.status as status, nullif(result, '') as market_result,
    if(settlement_value between 0 and 1, settlement_value, null) as settlement_value_dollars,
    expiration_f as expiration_value_f,
    moments[1] as open_at, moments[2] as close_at, moments[3] as settled_at,
    if(template <> '', sha256(template), null) as rules_template_sha256,
    received_at, landed_seq, position,
    -- A market whose facts cannot be read stays, with null in their place: unknown blocks.
    left(if(refusal <> '', refusal, nullif(concat_ws('; ',
        if(station_id is not null and bounds is null, concat_ws(', ', 'the bounds are undecidable',
            'strikes: ' || ranges[1], 'subtitle: ' || ranges[2], 'rules: ' || ranges[3]), null),
        if(station_id is not null and climate_date is null, concat_ws(', ',
            'the date is undecidable', 'rules: ' || rules_date, 'ticker: ' || ticker_date), null),
        if(result is null, complaint('result', sent.result), null),
        if(moments[1] is null, complaint('open_time', sent.open_time), null),
        if(moments[2] is null, complaint('close_time', sent.close_time), null),
        if(moments[3] is null, 'settlement_ts is ' || sent.settlement_ts, null),
        if(station_id is not null and expiration_f is null and trim(sent.expiration_value) <> '',
            complaint('expiration_value', sent.expiration_value), null),
        if(settlement_value_dollars is null, 'settlement_value_dollars is '
            || coalesce(sent.settlement_value_dollars, unquoted(sent.settlement_value)), null)
    ), '')), 500) as reject_reason,
    refusal = '' as is_kept,
from bounded
