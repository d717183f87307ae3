"""Fixtures for tests of the whole product: databases, servers and a browser, all of them real."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.processes import Process
from tests.servers import Mongod, RedisServer, Server

BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# Quiet and local: without these Chromium looks up its maker's hosts at every start.
BROWSER_OPTIONS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mongod]:
    """One for the whole run. Take a database name of your own: `mongod.database_url("mine")`."""
    with Mongod(tmp_path_factory.mktemp("mongod")) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One for the whole run; a test that kills it starts a `RedisServer(tmp_path)` of its own instead."""
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Sense Live on a new SQLite file, migrated and answering."""
    server = Server(tmp_path)
    server.manage("migrate", "--verbosity", "0")
    with server:
        yield server


def chromium_program() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def browser_options() -> list[str]:
    # Chromium refuses to run its sandbox as root.
    return ["--no-sandbox", *BROWSER_OPTIONS] if os.geteuid() == 0 else BROWSER_OPTIONS


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    program = chromium_program()
    assert program, "Chromium was not found: install it (Debian: apt install chromium)"
    return {**browser_type_launch_args, "executable_path": program, "args": browser_options()}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright keeps an event loop running, in which no async test can start."""
    items.sort(key=lambda item: "playwright" in getattr(item, "fixturenames", ()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test shows what every running process wrote last."""
    report = yield
    if report.failed:
        report.sections += [(f"{process.name} wrote", process.tail()) for process in Process.running]
    return report
