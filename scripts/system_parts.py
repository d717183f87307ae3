"""Looks for Chromium, Redis, Caddy and some libraries, which tests need; as root on Debian installs them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import NamedTuple

from tests.conftest import chromium_program
from tests.programs import caddy_program, mongod_program, redis_program


class Part(NamedTuple):
    name: str
    works: Callable[[], bool]
    debian: tuple[str, ...]
    elsewhere: str


def runs(program: str | None) -> bool:
    """Whether it is there with all libraries it needs."""
    return program is not None and prints_its_version([program])


def prints_its_version(command: list[str]) -> bool:
    return subprocess.run([*command, "--version"], capture_output=True, check=False).returncode == 0


def mongod_has_its_libraries() -> bool:
    # Where there is no mongod at all, the suite that needs it says so itself.
    return not mongod_program() or runs(mongod_program())


PARTS = [
    # Without recommended packages Chromium comes without a font.
    Part(
        "Chromium",
        lambda: runs(chromium_program()),
        ("chromium", "fonts-liberation"),
        "install Chromium or Chrome",
    ),
    Part(
        "Playwright's libatomic",
        lambda: prints_its_version([sys.executable, "-m", "playwright"]),
        ("libatomic1",),
        "install GCC's libatomic",
    ),
    Part(
        "Redis",
        lambda: runs(redis_program()),
        ("redis-server",),
        "install redis-server (macOS: brew install redis)",
    ),
    Part(
        "Caddy",
        lambda: runs(caddy_program()),
        ("caddy",),
        "install Caddy (macOS: brew install caddy)",
    ),
    Part(
        "MongoDB's libraries",
        mongod_has_its_libraries,
        ("libcurl4", "libssl3"),
        "install libcurl 4 and OpenSSL 3",
    ),
]


def can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: list[str]) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing {' '.join(packages)} (about a minute)…", flush=True)
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-q", *command],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{done.stdout}\napt-get {' '.join(command)} failed; its output is above.")


def main() -> int:
    missing = [part for part in PARTS if not part.works()]
    if missing and can_install():
        install([package for part in missing for package in part.debian])
        missing = [part for part in missing if not part.works()]
    for part in missing:
        print(f"{part.name} is missing. Debian: sudo apt install {' '.join(part.debian)}")
        print(f"Elsewhere: {part.elsewhere}.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
