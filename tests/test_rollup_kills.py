"""Some kills of who stores and who rolls up; `python -m tests.rollup_kills` makes a hundred."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rollup_kills.__main__ import migrate
from tests.rollup_kills.run import run


@pytest.mark.parametrize("engine", ["SQLite", "MongoDB"])
def test_every_bucket_is_right_after_kills_at_any_moment(engine, tmp_path: Path, request):
    url = f"sqlite:///{tmp_path}/readings.sqlite3"
    if engine == "MongoDB":
        url = request.getfixturevalue("mongod").database_url("rollup_kills")
    migrate(url)
    verdict = run(tmp_path, url, kills=8, seed=5)
    assert verdict.good, verdict
    assert verdict.buckets > 100
