"""Django's own check of a deployment finds nothing to say."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(tmp_path, *arguments, **settings):
    """How a command of a server behind TLS ends, and what it says."""
    env = {
        **os.environ,
        "PUBLIC_URL": "https://sense.example.org",
        "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/sense-live.sqlite3",
        "REDIS_URL": "",
        **settings,
    }
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def check(tmp_path, **settings):
    return run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **settings)


# Nobody listens there: a check never connects.
ELSEWHERE = {"DATABASE_URL": "mongodb://a:b@127.0.0.1:1/x", "REDIS_URL": "redis://:c@127.0.0.1:1/0"}


@pytest.mark.parametrize("settings", [{}, ELSEWHERE, {"HSTS_SUBDOMAINS": "True"}], ids=str)
def test_a_server_behind_tls_is_set_up_safely(tmp_path, settings):
    status, said = check(tmp_path, **settings)
    assert status == 0, said
    assert "no issues" in said


def test_what_is_not_safe_is_still_told(tmp_path):
    status, said = check(tmp_path, DEBUG="True")
    assert status == 1
    assert "security.W018" in said


@pytest.mark.parametrize(
    ("settings", "expected"), [({}, "False False"), ({"HSTS_SUBDOMAINS": "1"}, "True True")]
)
def test_names_below_this_one_are_bound_only_by_who_says_so(tmp_path, settings, expected):
    code = "from learndj import settings as s; print(s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD)"
    assert run(tmp_path, "-c", code, **settings) == (0, f"{expected}\n")
