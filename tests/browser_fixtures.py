"""A ready server for each browser test, quickly: it is prepared once and copied. And the dashboard, watched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Dashboard
from tests.home import Home, prepare
from tests.servers import Server

# A bound, not a wait: what is there is seen at once, and a busy machine is no failure.
expect.set_options(timeout=20_000)


@pytest.fixture
def dashboard(page: Page) -> Iterator[Dashboard]:
    """A page without a complaint: no error, no warning, no breach of its policy, no failed request."""
    dashboard = Dashboard(page)
    yield dashboard
    assert dashboard.unexpected_complaints() == []


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A server that never runs: its folder is copied."""
    return prepare(Server(tmp_path_factory.mktemp("prepared")))


@pytest.fixture
def home(prepared: Home, tmp_path: Path) -> Iterator[Home]:
    """Sense Live on SQLite, running, with an administrator and the device `kitchen`."""
    shutil.copytree(prepared.server.folder, tmp_path, dirs_exist_ok=True)
    with Server(tmp_path) as server:
        yield Home(server, token=prepared.token, sign_in_path=prepared.sign_in_path)
