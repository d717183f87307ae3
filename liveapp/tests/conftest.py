"""Fixtures of the server's tests: a device, and a server process."""

import os
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from channels.layers import channel_layers
from django.conf import settings

from liveapp import catch_up, revocation
from liveapp import process as processes
from liveapp.models import Device
from liveapp.models.reading import key_of
from liveapp.process import Process
from liveapp.retention import plan
from liveapp.store import touching
from liveapp.webhooks import watch

NewDevice = Callable[..., tuple[Device, str]]


@pytest.fixture(autouse=True, scope="session")
def _own_prefix_on_redis() -> None:
    """Other runs may use the same Redis."""
    config = settings.CHANNEL_LAYERS["default"]["CONFIG"]
    if "prefix" in config:
        config["prefix"] = f"sense-live-test-{os.getpid()}"


@pytest.fixture
def new_device(database: None) -> NewDevice:
    """Makes a device and its token: `device, token = new_device("kitchen")`."""

    def make(id: str = "kitchen", **fields: Any) -> tuple[Device, str]:
        return Device.create(id=id, **{"name": id.capitalize(), **fields})

    return make


@pytest.fixture
def quick_hashes(settings: Any) -> None:
    """Hashing passwords is made to be slow: it would be most of the time of a test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def device(new_device: NewDevice) -> Device:
    return new_device("kitchen")[0]


@pytest.fixture
async def process(database: None) -> AsyncIterator[Process]:
    """This server process, opened; closed after the test."""
    channel_layers.backends.clear()
    yield processes.current()
    await processes.close()


@pytest.fixture
def no_regular_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process opened after this asks the database when something happens only, not every few seconds as well."""
    for module, name in (
        (catch_up, "HEARTBEAT_S"),
        (revocation, "HEARTBEAT_S"),
        (watch, "EVERY_S"),
        (processes, "SEEN_S"),
    ):
        monkeypatch.setattr(module, name, 3600.0)


@pytest.fixture
def as_if_newer_ones_were_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept for being the newest of its device: for tests of how long things are kept."""
    monkeypatch.setattr(plan, "newest_key", lambda number: key_of(number + 1, 0))


@pytest.fixture(autouse=True)
def _every_commit_touches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests empty the database, and do not wait until touches have settled."""
    monkeypatch.setattr(touching, "REUSED_S", 0.0)
    monkeypatch.setattr(touching, "RECENT_S", 0.0)
