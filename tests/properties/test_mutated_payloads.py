"""A hundred thousand spoiled records: each is read right or refused with a reason, none is lost.

The oracle reads every record once more in plain Python. A body holds 500 spoiled records and
untouched ones between them; a failure prints the smallest record that went wrong.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest

from kwx_core.store import Landing
from tests.properties import oracle
from tests.properties.mutations import spoiled
from tests.shared import ROOT
from tests.spec.drawn import DAY

SPOILED_IN_A_BODY = 500
UNTOUCHED_EVERY = 25
# Noun, feed, key of its list, key that makes a record one, bodies; 200 bodies of 500 in all.
FEEDS = {
    "fills": ("kalshi_fills", "fills", "fill_id", 80),
    "orders": ("kalshi_orders", "orders", "order_id", 50),
    "settlements": ("kalshi_settlements", "settlements", "ticker", 30),
    "positions": ("kalshi_positions", "market_positions", "ticker", 20),
    "markets": ("kalshi_markets", "markets", "ticker", 20),
}
WITNESSES = {"fill": "fill_id", "order": "order_id", "market": "ticker"}
LEGACY = {"yes_price": 30, "no_price": 70, "count": 1, "side": "yes", "action": "buy"}


def bases(noun: str) -> list[dict[str, Any]]:
    """Hand-written records of the samples, and the same as other months told them."""
    if noun == "orders":
        return [ORDER, {**ORDER, **LEGACY}, without(ORDER, "outcome_side"), OTHER_ORDER]
    feed, key = FEEDS[noun][:2]
    body = json.loads((ROOT / "tests" / "samples" / f"{feed}.json").read_text(encoding="utf-8"))
    first = body[key][0]
    match noun:
        case "fills":
            seconds = {**without(first, "created_time"), "ts": 1781101800}
            worded = {**without(first, "outcome_side", "book_side"), **LEGACY}
            echoed = {**first, "client_order_id": "xb_1"}
            return [*body[key], {**first, **LEGACY}, seconds, worded, echoed]
        case "markets":
            return [first, {**first, "result": "yes", "settlement_value_dollars": "1.0000"}]
    return list(body[key])


ORDER = {
    "order_id": "o", "client_order_id": "xb_1", "ticker": "KXHIGHNY-26JUN10-B72.5",
    "outcome_side": "yes", "book_side": "bid", "status": "resting", "yes_price_dollars": "0.3000",
    "no_price_dollars": "0.7000", "initial_count_fp": "3.00", "fill_count_fp": "1.00",
    "remaining_count_fp": "2.00", "exchange_index": 0, "created_time": "2026-06-10T14:30:00Z",
    "last_update_time": "2026-06-10T14:31:00.25Z",
}  # fmt: skip
OTHER_ORDER = {
    **ORDER, "outcome_side": "no", "book_side": "ask", "status": "executed",
    "fill_count_fp": "3.00", "remaining_count_fp": "0.00", "client_order_id": "",
}  # fmt: skip


def without(record: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in names}


def body_of(noun: str, chance: random.Random, number: int) -> tuple[str, list[Any]]:
    """A body as text, and for each of its records: text, readings, what was done to it."""
    _, key, identity, _ = FEEDS[noun]
    known, told = bases(noun), []
    for index in range(SPOILED_IN_A_BODY + SPOILED_IN_A_BODY // UNTOUCHED_EVERY):
        record = dict(chance.choice(known))
        record[identity] = f"KX{chance.randbytes(8).hex().upper()}-{number}-{index}"
        if index % (UNTOUCHED_EVERY + 1) == UNTOUCHED_EVERY:
            told.append((json.dumps(record), [record], ""))
        else:
            told.append(spoiled(record, chance))
    return f'{{"cursor": "", "{key}": [{", ".join(text for text, _, _ in told)}]}}', told


def land_all(store, feed: str, bodies: list[bytes], status_code: int = 200) -> list[int]:
    """Land bodies in one landing; the place of each in the order of landing."""
    landings = [
        Landing(
            feed=feed, body=body, endpoint=f"/{feed}", pull_id=f"{feed}-{index}", page=0,
            is_last_page=True, requested_at=DAY, received_at=DAY + timedelta(seconds=index),
            status_code=status_code,
        )
        for index, body in enumerate(bodies)
    ]  # fmt: skip
    store.land(landings)
    found = store.frame(
        "select landed_seq from landed.requests where feed = $feed order by received_at", feed=feed
    )
    return found["landed_seq"].to_list()


def word(value: Any) -> str:
    """A name as it stands in a row, whatever it was told as."""
    return value if isinstance(value, str) else json.dumps(value)


def kept_and_refused(store, noun: str) -> tuple[dict[Any, Any], dict[Any, str]]:
    """Rows and reasons by place: order of landing and position in the body."""
    rows = {
        (row["landed_seq"], row["position"]): row
        for row in store.frame(f"select * from parsed.{noun}").iter_rows(named=True)
    }
    reasons = store.frame(
        "select landed_seq, position, reason from parsed.rejects where noun = $noun", noun=noun
    )
    return rows, {(seq, at): reason for seq, at, reason in reasons.iter_rows()}


def wrong(meaning: oracle.Meaning, row: dict[str, Any] | None, reason: str | None) -> str | None:
    """What is wrong with what became of a record, by one of its readings."""
    if row is None:
        if not reason:
            return "it is neither a row nor refused with a reason"
        is_fine = meaning.is_refused or meaning.is_doubtful
        return None if is_fine else f"it is refused: {reason}"
    if meaning.is_refused:
        return "it is kept"
    for column, allowed in meaning.allowed.items():
        if row[column] not in allowed and not any(one is oracle.ANY for one in allowed):
            return f"{column} is {row[column]!r:.80}, not {allowed!r:.80}"
    return None


def judged(noun: str, told: Any, row: Any, reason: str | None) -> str | None:
    """None where the outcome is right by one of the record's readings."""
    _, readings, done = told
    found = [wrong(getattr(oracle, noun)(reading), row, reason) for reading in readings]
    if not done and reason:
        return f"nothing was done to it, and it is complained of: {reason}"
    return None if None in found else found[0]


@pytest.mark.parametrize("noun", FEEDS)
def test_each_spoiled_record_is_read_right_or_refused_and_no_other_is_affected(store, noun):
    feed, _, identity, count = FEEDS[noun]
    chance = random.Random(f"spoiled {noun}")  # noqa: S311 - a seeded hand, no secret
    bodies = [body_of(noun, chance, number) for number in range(count)]
    seqs = land_all(store, feed, [text.encode() for text, _ in bodies])
    store.parse()
    rows, reasons = kept_and_refused(store, noun)
    column = "fill_id" if identity == "fill_id" else identity
    present = defaultdict(int)
    for row in rows.values():
        present[row[column]] += 1
    failures = []
    for seq, (_, records) in zip(seqs, bodies, strict=True):
        for position, told in enumerate(records):
            place = (seq, position)
            fault = judged(noun, told, rows.get(place), reasons.get(place))
            # The same record twice is one row: the names of two may have become the same.
            is_same = fault and place not in rows
            if fault and not (is_same and any(word(r.get(identity)) in present for r in told[1])):
                failures.append((len(told[0]), fault, told[2], told[0][:600]))
    assert (len(bodies) * SPOILED_IN_A_BODY, len(rows) > 0, len(reasons) > 0) == (
        count * SPOILED_IN_A_BODY, True, True,
    )  # fmt: skip
    assert not failures, f"{len(failures)} went wrong; the smallest: {min(failures)}"


@pytest.mark.parametrize("noun", FEEDS)
def test_a_body_that_is_no_text_or_cut_off_is_one_reject_and_the_next_one_is_read(store, noun):
    feed, key, _, _ = FEEDS[noun]
    chance = random.Random(f"broken {noun}")  # noqa: S311 - a seeded hand, no secret
    bodies = []
    for number in range(500):
        record = json.dumps({**bases(noun)[0], FEEDS[noun][2]: f"KX-{number}"}, ensure_ascii=False)
        body = f'{{"cursor": "", "{key}": [{record}]}}'.encode()
        at = chance.randrange(1, len(body))
        bodies += [body, _broken(body, at, chance)]
    seqs = land_all(store, feed, bodies)
    store.parse()
    rows, reasons = kept_and_refused(store, noun)
    assert [seq for seq in seqs[::2] if (seq, 0) not in rows] == []
    refused = {seq for seq, _ in reasons}
    assert [bodies[2 * at + 1] for at, seq in enumerate(seqs[1::2]) if seq not in refused] == []


def _broken(body: bytes, at: int, chance: random.Random) -> bytes:
    """Cut off, or with a byte that is no UTF-8, or the text of something else."""
    return chance.choice(
        (
            body[:at],
            body[:at] + b"\xff" + body[at:],
            b"[" * 50_000,
            b"<html>" + body[at:],
            b"\x00",
            b"",
        )
    )


@pytest.mark.parametrize("noun", FEEDS)
def test_a_record_nested_a_hundred_thousand_deep_is_refused_alone(store, noun):
    feed, key, identity, _ = FEEDS[noun]
    good = {**bases(noun)[0], identity: "KX-GOOD"}
    deep = json.dumps({**good, identity: "@"}).replace('"@"', "[" * 100_000 + "]" * 100_000)
    body = f'{{"{key}": [{json.dumps(good)}, {deep}, {json.dumps({**good, identity: "KX-LAST"})}]}}'
    (seq,) = land_all(store, feed, [body.encode()])
    store.parse()
    rows, reasons = kept_and_refused(store, noun)
    assert set(rows) == {(seq, 0), (seq, 2)}
    assert (seq, 1) in reasons


def test_a_balance_is_read_right_or_refused_whole(store):
    path = ROOT / "tests" / "samples" / "kalshi_balance.json"
    base = json.loads(path.read_text(encoding="utf-8"))
    chance = random.Random("spoiled balances")  # noqa: S311 - a seeded hand, no secret
    told = [spoiled({**base, "updated_ts": n}, chance) for n in range(2_000)]
    seqs = land_all(store, "kalshi_balance", [text.encode() for text, _, _ in told])
    store.parse()
    rows, reasons = kept_and_refused(store, "balances")

    def said(seq: int) -> str | None:
        return reasons.get((seq, 0)) or reasons.get((seq, -1))

    failures = [
        (len(one[0]), fault, one[2], one[0][:600])
        for seq, one in zip(seqs, told, strict=True)
        if (fault := judged("balances", one, rows.get((seq, 0)), said(seq)))
    ]
    assert not failures, f"{len(failures)} went wrong; the smallest: {min(failures)}"


def test_the_books_and_the_audits_bear_whatever_was_kept(store):
    chance = random.Random("spoiled books")  # noqa: S311 - a seeded hand, no secret
    for noun, (feed, *_) in FEEDS.items():
        land_all(store, feed, [body_of(noun, chance, number)[0].encode() for number in range(2)])
    store.parse()
    written = store.derive_all()
    assert written["attribution"] > 0
    found = store.audit(DAY + timedelta(days=2), "spec")
    assert [one for one in found if one.finding == "audit_broken"] == []
