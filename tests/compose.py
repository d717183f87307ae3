"""docker-compose.yml and .env as Compose and a shell read them, so that tests run what the containers run."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from scripts import write_env
from tests.processes import ROOT

VARIABLE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<text>[^}]*))?\}")


def new_env(folder: Path) -> Path:
    """The .env that `make env` writes."""
    shutil.copy(ROOT / ".env.example", folder)
    write_env.main(folder)
    return folder / ".env"


def variables(env: Path) -> dict[str, str]:
    """What a shell knows after `set -a; . ./.env`."""
    command = ["sh", "-c", 'set -a; . "$1"; exec env -0', "sh", str(env)]
    done = subprocess.run(command, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True)
    pairs = (item.partition("=") for item in done.stdout.split("\0") if item)
    return {name: value for name, _, value in pairs if name not in ("PATH", "PWD", "SHLVL", "_")}


def load(values: Mapping[str, str]) -> dict[str, Any]:
    """The Compose file with the variables in their places."""

    def put(text: Any) -> Any:
        if isinstance(text, dict):
            return {name: put(value) for name, value in text.items()}
        if isinstance(text, list):
            return [put(value) for value in text]
        return VARIABLE.sub(lambda match: _value(match, values), text) if isinstance(text, str) else text

    loaded: dict[str, Any] = put(yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
    return loaded


def _value(match: re.Match[str], values: Mapping[str, str]) -> str:
    if match[0] == "$$":
        return "$"
    value = values.get(match["name"], "")
    if not value and match["kind"] == "?":
        raise KeyError(f"{match['name']}: {match['text']}")
    return value or match["text"] or ""
