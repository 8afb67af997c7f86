"""How fast is a parser, beside DuckDB's bare from_json and unnest of the same pages?

    python -m tests.bench.bench_parsed

Prints seconds and ratios of one run; absolute numbers say little on a shared machine.
"""

from __future__ import annotations

import json
import re
import sys
import time
from datetime import UTC, datetime, timedelta

from kwx_core.store import Landing, Store
from kwx_core.store.database import Account
from kwx_core.store.queries import select

FILLS = 200_000
PAGE = 1_000
REPETITIONS = 5


def fill(number: int) -> dict[str, object]:
    """A fill as the exchange has sent it since 2026-06: fifteen keys and both sides."""
    cents = 1 + number % 99
    name = f"{number:012d}"
    return {
        "action": "buy",
        "book_side": "bid",
        "count_fp": f"{1 + number % 500}.00",
        "created_time": "2026-06-10T14:30:00.250000Z",
        "exchange_index": 0,
        "fee_cost": "0.017500",
        "fill_id": f"00000000-0000-4000-8000-{name}",
        "is_taker": True,
        "market_ticker": "KXHIGHNY-26JUN10-B72.5",
        "no_price_dollars": f"{(100 - cents) / 100:.4f}",
        "order_id": f"00000000-0000-4000-9000-{name}",
        "outcome_side": "yes",
        "side": "yes",
        "subaccount_number": 0,
        "ticker": "KXHIGHNY-26JUN10-B72.5",
        "trade_id": f"00000000-0000-4000-8000-{name}",
        "ts": 1781101800,
        "yes_price_dollars": f"{cents / 100:.4f}",
    }


def landed(store: Store) -> None:
    """Land the fills in pages, as the executor would."""
    start = datetime(2026, 6, 10, 15, tzinfo=UTC)
    landings = []
    for page in range(FILLS // PAGE):
        fills = [fill(page * PAGE + number) for number in range(PAGE)]
        landings.append(
            Landing(
                feed="kalshi_fills",
                endpoint="/trade-api/v2/portfolio/fills",
                pull_id="bench",
                page=page,
                is_last_page=page == FILLS // PAGE - 1,
                requested_at=start,
                received_at=start + timedelta(seconds=page),
                status_code=200,
                body=json.dumps({"cursor": "", "fills": fills}).encode(),
            )
        )
    store.land(landings)


def seconds(store: Store, *queries: str) -> list[float]:
    """The best of a few runs of each `create table as`, taken in turn: the machine is shared."""
    best = [float("inf")] * len(queries)
    for _ in range(REPETITIONS):
        for place, query in enumerate(queries):
            started = time.perf_counter()
            store._con.execute(f"create or replace temp table bench as {query}")
            best[place] = min(best[place], time.perf_counter() - started)
    return best


def main() -> None:
    """Print the parser's speed beside the bare functions' and the store's verb."""
    with Store.in_memory(Account("paper", "bench"), datetime(2026, 6, 1, tzinfo=UTC)) as store:
        landed(store)
        parser = select("parsed", "fills")
        parser = parser.replace("$since_seq", "0").replace("$until_seq", "1000000")
        shape = re.search(r"'F', '(\{.*?\})'", parser, re.DOTALL)
        assert shape is not None
        bare = (
            "select landed_seq, received_at, unnest(from_json(body, "
            f"""'{{"fills":[{shape[1]}]}}').fills) as sent from landed.payloads"""
        )
        reference, parsed = seconds(store, bare, parser)
        started = time.perf_counter()
        store.parse("fills")
        whole = time.perf_counter() - started
        rows = store.frame("select count(*) as n from parsed.fills")["n"][0]
    assert rows == FILLS
    write = sys.stdout.write
    write(f"{rows} fills in pages of {PAGE}\n")
    write(f"bare from_json + unnest   {reference:.3f} s\n")
    write(f"sql/parsed/fills.sql      {parsed:.3f} s, {reference / parsed:.2f} of its speed\n")
    write(f"store.parse, books and all {whole:.3f} s, {reference / whole:.2f} of its speed\n")


if __name__ == "__main__":
    main()
