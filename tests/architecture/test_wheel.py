"""The wheel carries what it needs: SQL, reference data, both packages and nothing generic."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.shared import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_two_packages_and_their_resources(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"kwx_core", "executor"}
    assert "kwx_core/sql/ledger/attribution.sql" in names
    assert "kwx_core/data/policy.toml" in names


def test_an_installed_wheel_works_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    site, home = tmp_path / "site", tmp_path / "home"
    home.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(site),
        "XDG_STATE_HOME": str(home / "state"),
    }  # fmt: skip

    def kwx(*words: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", "executor", *words],
            env=environ, cwd=home, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip

    where = subprocess.run(
        [sys.executable, "-c", "import kwx_core; print(kwx_core.__file__)"],
        env=environ, cwd=home, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert where.startswith(str(site))
    kwx("init")
    assert '"n": 24' in kwx("sql", "select count(*) as n from ref.stations", "--format", "json")
    assert kwx("audit") == ""
    # Two days are too few for what a whole month asserts; nothing else may fail.
    played = subprocess.run(
        [sys.executable, "-m", "executor", "demo", "--days", "2"],
        env={**environ, "TMPDIR": str(tmp_path)}, cwd=home, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert "Books" in played.stdout, played.stderr
    assert "Traceback" not in played.stderr
    failed = [line for line in played.stdout.splitlines() if line.startswith("FAILED")]
    assert all("only" in line or "was not found" in line or "third" in line for line in failed)
