"""The shell's settings: which database, which exchange, which key. Read from the environment once.

| variable | meaning | default |
|---|---|---|
| KWX_DATABASE | path of the database | kwx/kwx.duckdb in the user's state directory |
| KWX_ENVIRONMENT, KWX_ACCOUNT | whose database it must be | paper, default at init; else as found |
| KWX_KALSHI_URL | base URL of the exchange, without a path | the environment's own |
| KWX_WEATHER_URL, KWX_GUIDANCE_URL | base URLs of METAR and guidance | the public services |
| KWX_KEY_ID, KWX_KEY_FILE | key id, file of the private key (mode 0600) | none: nothing signed |
| KWX_LIVE | `yes` = this process may trade a live database | no |
| KWX_WEBHOOK_URL, KWX_FINDINGS_COMMAND | where findings are told; one of them | nowhere |
| KWX_HTTP_PORT | loopback port of health and metrics; 0 = any | 8710 |
| KWX_POLICY | file of the policy | the one that kwx ships |
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kwx_core.errors import PolicyError, UsageError
from kwx_core.policy import Policy, load_policy
from kwx_core.resources import resource

if TYPE_CHECKING:
    from collections.abc import Mapping

# kalshi_api.md of 2026-10: the recommended hosts. Paper has no host of its own.
KALSHI_URLS = {
    "live": "https://external-api.kalshi.com",
    "demo": "https://external-api.demo.kalshi.co",
    "paper": "http://127.0.0.1:8700",
}
WEATHER_URL = "https://aviationweather.gov"
GUIDANCE_URL = "https://previous-runs-api.open-meteo.com"
HTTP_PORT = 8710


@dataclass(frozen=True)
class Settings:
    """What the environment says; nothing else in kwx reads it."""

    database: Path
    environment: str | None
    account: str | None
    kalshi_url: str | None
    weather_url: str
    guidance_url: str
    key_id: str | None
    key_file: Path | None
    is_live: bool
    webhook_url: str | None
    findings_command: str | None
    http_port: int
    policy_file: Path | None

    @property
    def socket(self) -> Path:
        """Where the running service listens for commands."""
        return self.database.with_suffix(".sock")

    @property
    def kill_file(self) -> Path:
        """While it exists, no order leaves."""
        return self.database.with_suffix(".halt")

    def exchange_url(self, environment: str) -> str:
        """The base URL of the exchange for a database of this environment."""
        return self.kalshi_url or KALSHI_URLS[environment]


def settings(environ: Mapping[str, str], database: Path | None = None) -> Settings:
    """Read the settings.

    Raises:
        UsageError: a port that is no number.
    """

    def text(name: str) -> str | None:
        return environ.get(f"KWX_{name}") or None

    def path(name: str) -> Path | None:
        found = text(name)
        return Path(found).expanduser() if found else None

    return Settings(
        database=database or path("DATABASE") or _state_directory(environ) / "kwx.duckdb",
        environment=text("ENVIRONMENT"),
        account=text("ACCOUNT"),
        kalshi_url=text("KALSHI_URL"),
        weather_url=text("WEATHER_URL") or WEATHER_URL,
        guidance_url=text("GUIDANCE_URL") or GUIDANCE_URL,
        key_id=text("KEY_ID"),
        key_file=path("KEY_FILE"),
        is_live=(text("LIVE") or "no").lower() == "yes",
        webhook_url=text("WEBHOOK_URL"),
        findings_command=text("FINDINGS_COMMAND"),
        http_port=_port(text("HTTP_PORT")),
        policy_file=path("POLICY"),
    )


def _state_directory(environ: Mapping[str, str]) -> Path:
    base = environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "kwx"


def _port(given: str | None) -> int:
    if given is None:
        return HTTP_PORT
    if not given.isdigit():
        raise UsageError(f"KWX_HTTP_PORT is {given!r}, not a port number")
    return int(given)


def policy(found: Settings) -> Policy:
    """The policy in force: the shipped one or the named file, with `policy.local.toml` beside it.

    Raises:
        PolicyError: a file is missing or cannot be read.
    """
    try:
        if found.policy_file is None:
            local = found.database.parent / "policy.local.toml"
            text = resource("data", "policy.toml").read_text(encoding="utf-8")
        else:
            local = found.policy_file.with_name("policy.local.toml")
            text = found.policy_file.read_text(encoding="utf-8")
        return load_policy(text, local.read_text(encoding="utf-8") if local.exists() else None)
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"the policy cannot be read: {error}") from error
