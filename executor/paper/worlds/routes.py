"""The doors through which a world's weather is asked: METAR reports and model guidance."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.routing import Route

from executor.paper.worlds.guidance import VARIABLES

if TYPE_CHECKING:
    from starlette.requests import Request

    from executor.paper.worlds.world import World

# aviationweather.gov answers the reports of this many hours when nobody says how many.
_DEFAULT_HOURS = 1.5


def weather_routes(world: World) -> list[Route]:
    """Routes `/api/data/metar` and `/v1/forecast`.

    Bodies have the shape of aviationweather.gov and of Open-Meteo's previous runs. An answer
    that was reconstructed from a record also says so in the header `x-reconstructed`.
    """

    async def metar(request: Request) -> JSONResponse:
        asked = request.query_params
        try:
            hours = float(asked.get("hours", _DEFAULT_HOURS))
            body = world.metar(asked["ids"].split(","), hours)
        except (KeyError, ValueError) as error:
            return JSONResponse({"status": "error", "error": str(error)}, status_code=400)
        return _answer(world, "metar", body)

    async def forecast(request: Request) -> JSONResponse:
        try:
            return _answer(world, "open_meteo", _guidance(world, request))
        except (KeyError, ValueError) as error:
            return JSONResponse({"error": True, "reason": str(error)}, status_code=400)

    return [Route("/api/data/metar", metar), Route("/v1/forecast", forecast)]


def _guidance(world: World, request: Request) -> object:
    asked = request.query_params
    if asked.get("temperature_unit") != "fahrenheit" or asked.get("timezone", "GMT") != "GMT":
        raise ValueError("this world answers temperature_unit=fahrenheit and timezone=GMT only")
    return world.guidance(
        [float(each) for each in asked["latitude"].split(",")],
        [float(each) for each in asked["longitude"].split(",")],
        asked.get("models", "best_match"),
        date.fromisoformat(asked["start_date"]),
        date.fromisoformat(asked["end_date"]),
        variables=tuple(asked["hourly"].split(",")) if "hourly" in asked else VARIABLES,
    )


def _answer(world: World, feed: str, body: object) -> JSONResponse:
    headers = {"x-reconstructed": feed} if feed in world.reconstructed else None
    return JSONResponse(body, headers=headers)
