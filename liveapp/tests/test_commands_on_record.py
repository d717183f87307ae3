"""Every command that changes something puts it on record, as done on the command line."""

import pkgutil

import pytest

from liveapp.accounts import two_factor
from liveapp.management import commands
from liveapp.management.commands import demo
from liveapp.models import AuditEntry, TwoFactor
from liveapp.tests.doors import make_user
from liveapp.tests.test_commands import manage

# How it stands on record: action, kind, what it is called, and in words.
DEEDS = {
    "device add attic --name Attic": ("add", "device", "Attic", ""),
    "device rotate kitchen": ("change", "device", "Kitchen", "Made a new token."),
    "device disable kitchen": ("change", "device", "Kitchen", "Disabled."),
    "device enable kitchen": ("change", "device", "Kitchen", "Enabled."),
    "device delete kitchen --yes": ("delete", "device", "Kitchen", ""),
    "import {file} --device kitchen": ("change", "device", "Kitchen", "Imports a file."),
    "retention set --raw 7 --hour ever": (
        "change",
        "retention",
        "the installation",
        "Now: raw 7 days, hour for ever.",
    ),
    "retention set --device kitchen --raw default": (
        "change",
        "retention",
        "Kitchen",
        "Now: raw as by default.",
    ),
    "sign_in_link maker": ("change", "person", "maker", "Made a sign-in link."),
    "two_factor --off maker": ("change", "person", "maker", "Switched two-factor off."),
}
# What it restores is on record too: test_backup.py.
CHANGING = {deed.partition(" ")[0] for deed in DEEDS} | {"demo", "restore"}
# `rollups` makes anew what follows from readings; all others only read.
UNCHANGING = {"backup", "export", "rollups", "serve", "worker"}


def entries() -> list[tuple[str, ...]]:
    found = AuditEntry.objects.order_by("time_ms")
    assert not found.exclude(by="command line", address="", is_notification=False).exists()
    return [(one.action, one.model, one.text, one.detail) for one in found]


@pytest.fixture
def file(new_device, tmp_path):
    new_device("kitchen")
    maker = make_user("maker")
    two_factor.begin(maker)
    TwoFactor.objects.update(is_confirmed=True)
    path = tmp_path / "readings.csv"
    path.write_text("time,temperature\n1700000000000,20\n")
    return path


def test_every_command_is_known_to_change_something_or_nothing():
    assert {one.name for one in pkgutil.iter_modules(commands.__path__)} == CHANGING | UNCHANGING


@pytest.mark.parametrize("deed", DEEDS)
def test_a_command_is_put_on_record_once(file, deed):
    manage(*(word.format(file=file) for word in deed.split(" ")))
    assert entries() == [DEEDS[deed]]


@pytest.mark.parametrize(
    "look",
    [
        "device list",
        "import {file} --device kitchen --dry-run",
        "retention show --raw 7",
        "rollups",
        "two_factor",
    ],
)
def test_a_command_that_only_looks_is_not(file, look):
    manage(*(word.format(file=file) for word in look.split(" ")))
    assert entries() == []


def test_what_a_demo_makes_is_on_record(database):
    added = [("add", "person", "maker", ""), ("change", "person", "maker", "Made a sign-in link.")]
    demo.Command()._prepare("127.0.0.1", 8000)
    assert entries() == [*added, ("add", "device", "Simulated Sense HAT", "")]
    AuditEntry.objects.all().delete()
    demo.Command()._prepare("127.0.0.1", 8000)
    assert entries() == [added[1], ("change", "device", "Simulated Sense HAT", "Made a new token.")]
