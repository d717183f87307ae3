"""A backup of SQLite becomes a database of MongoDB: all that counts is there, or nothing has happened."""

import json
import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pyotp
import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from pymongo.collection import Collection

from liveapp.accounts import sessions, two_factor
from liveapp.authentication import device_of
from liveapp.backup import crossing, documents
from liveapp.models import (
    AccountSession,
    Annotation,
    Attempts,
    Deletion,
    Device,
    Event,
    Job,
    Metric,
    Reading,
    Sequence,
)
from liveapp.models.reading import key_of
from liveapp.shares import share_of
from liveapp.store import Row, store

pytestmark = pytest.mark.skipif(not settings.MONGODB, reason="only to MongoDB")

T = 1_763_673_600_000
LONG_AGO = datetime(2024, 2, 29, 12, 30, 15, 123000, UTC)
PASSWORD = "the kettle sings at seven"
READINGS = 5
# Run on SQLite; prints the token of a device, and the secret and a recovery code of somebody's second factor.
MAKE = f"""
import pyotp
from datetime import datetime
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from liveapp.accounts import counting, limits, two_factor
from liveapp.models import AccountSession, Annotation, Deletion, Device, Event, Metric, Reading, ShareLink, TwoFactor
from liveapp.deletion import ask_for_deletion, delete_device
from liveapp.models.reading import key_of
from liveapp.store import Row, store

LONG_AGO = datetime.fromisoformat("{LONG_AGO.isoformat()}")
call_command("migrate", interactive=False, verbosity=0)
delete_device(Device.create(id="attic", name="Attic")[0])
device, token = Device.create(id="kitchen", name="Küche", interval_ms=250, metrics=["temperature", "co2"])
Device.create(id="cellar", name="Cellar", enabled=False)
Device.objects.filter(id="kitchen").update(created_at=LONG_AGO, last_seen_at=LONG_AGO)
store().commit([Row(key_of(device.number, {T} + n), {{"temperature": 20 + n / 2}}) for n in range({READINGS})])
Event.record(device.number, device_id="kitchen", time_ms={T}, event="joystick", direction="up", action="pressed")
Metric.objects.create(name="co2", label="CO₂", unit="ppm", minimum=0, maximum=None, decimals=0)
group = Group.objects.create(name="carers")
group.permissions.set(Permission.objects.filter(codename__in=["add_device", "change_metric"]))
old = Permission.objects.create(content_type=ContentType.objects.first(), codename="fly", name="Can fly")
other = User.objects.create_user("admin", password={PASSWORD!r}, is_superuser=True, is_staff=True)
user = User.objects.create_user(
    "maker", "maker@example.org", {PASSWORD!r}, first_name="Ada", last_name="L.", last_login=LONG_AGO,
    date_joined=LONG_AGO,
)
user.groups.add(group)
user.user_permissions.set([Permission.objects.get(codename="delete_device"), old])
User.objects.create_user("gone", is_active=False)
written = dict(text="Window open", author="maker", user=user, created_at=LONG_AGO)
Annotation.objects.create(start_ms={T}, end_ms={T} + 5, **Annotation.about(device), **written)
Annotation.objects.create(start_ms={T}, text="Mains away", author="nobody")
LogEntry.objects.create(user=user, object_repr="device", action_flag=CHANGE)
AccountSession.objects.create(user=user, session_key="k" * 32, address="192.0.2.1")
counting.count(limits.NEAR, "maker", "192.0.2.1")
secret = two_factor.begin(user).secret
recovery_code = two_factor.confirm(user, pyotp.TOTP(secret).now())[0]
# Long ago: no code of now is used up by it.
TwoFactor.objects.update(last_step=0)
later = datetime.fromisoformat("9999-12-31T00:00Z")
link = ShareLink(name="For the open day", numbers=[device.number], user=other, by="admin", expires_at=later)
link_token = link.set_new_token()
link.save()
print(token, secret, recovery_code, link_token)
"""


@pytest.fixture(autouse=True)
def _content_types_anew() -> Iterator[None]:
    """They are others in the database after some of these tests than those Django remembers."""
    yield
    ContentType.objects.clear_cache()


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, list[str]]:
    """A backup of SQLite, and what it was made with."""
    folder = tmp_path_factory.mktemp("sqlite")
    address = f"sqlite:///{folder}/sense-live.sqlite3"
    env = {**os.environ, "DATABASE_URL": address, "DATA_DIR": str(folder), "REDIS_URL": ""}
    # It goes along by itself, apart from the backup.
    env["SECRET_KEY"] = settings.SECRET_KEY

    def manage(*arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=env,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    printed = manage("shell", "--no-imports", "--command", MAKE).splitlines()[-1].split()
    manage("backup", str(folder / "today"))
    return folder / "today", printed


@pytest.fixture
def token(made):
    return made[1][0]


@pytest.fixture
def folder(made, database, tmp_path):
    """The backup, for a test to change, and an empty database of MongoDB to restore it into."""
    return shutil.copytree(made[0], tmp_path / "today")


def restore(path, *options):
    told = StringIO()
    call_command("restore", path, *options, stdout=told)
    return told.getvalue()


def rewrite(folder: Path, **changes):
    file = folder / "backup.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def listed(folder: Path) -> dict[str, Any]:
    result: dict[str, Any] = json.loads((folder / "backup.json").read_text())
    return result


def collections() -> dict[str, list[str]]:
    """The names of all, and of their indexes."""
    mongodb: Any = connection
    database = mongodb.database
    return {name: sorted(database[name].index_information()) for name in database.list_collection_names()}


def test_boards_and_their_history_are_there(folder, token):
    assert "5 readings of 2 devices" in restore(folder)
    kitchen = device_of(token)
    assert kitchen is not None
    assert (kitchen.id, kitchen.number, kitchen.name, kitchen.interval_ms) == ("kitchen", 2, "Küche", 250)
    assert (kitchen.metrics, kitchen.enabled) == (["temperature", "co2"], True)
    assert (kitchen.created_at, kitchen.last_seen_at) == (LONG_AGO, LONG_AGO)
    assert not Device.objects.get(id="cellar").enabled
    assert store().read(0, 2**63 - 1, 10) == [
        Row(key_of(2, T + n), {"temperature": 20 + n / 2}) for n in range(READINGS)
    ]
    co2 = Metric.objects.get()
    assert (co2.name, co2.label, co2.minimum, co2.maximum, co2.decimals) == ("co2", "CO₂", 0, None, 0)


def test_share_links_go_on_showing_their_devices(folder, made):
    restore(folder)
    share = share_of(made[1][3])
    assert (share.name, share.numbers, share.start_ms) == ("For the open day", {"kitchen": 2}, None)


def test_what_is_sent_again_is_there_already(folder, token):
    restore(folder)
    again = store().commit([Row(key_of(2, T + n), {"temperature": 20 + n / 2}) for n in range(READINGS)])
    assert {outcome.kind.value for outcome in again} == {"duplicate"}
    event: dict[str, str | int] = {"time_ms": T, "event": "joystick", "direction": "up", "action": "pressed"}
    assert not Event.record(2, device_id="kitchen", **event)
    assert isinstance(Event.objects.get(device_id="kitchen").id, uuid.UUID)


def test_no_number_is_given_out_twice(folder):
    restore(folder)
    assert Sequence.objects.get(name="device").last == 3
    assert Device.create(id="garage", name="Garage")[0].number == 4
    assert [(gone.number, gone.device_id) for gone in Deletion.objects.all()] == [(1, "attic")]
    assert Job.objects.get(name="deletions").due_at < datetime.now(UTC)
    twice = Device(id="double", name="Double", number=2, created_at=LONG_AGO)
    twice._state.adding = False
    with pytest.raises(IntegrityError):
        twice.save(force_insert=True)


def test_people_keep_their_passwords_groups_and_permissions(folder):
    restore(folder)
    maker = User.objects.get(username="maker")
    assert maker.check_password(PASSWORD)
    assert (maker.email, maker.first_name, maker.last_name) == ("maker@example.org", "Ada", "L.")
    assert (maker.date_joined, maker.last_login) == (LONG_AGO, LONG_AGO)
    assert (maker.is_active, maker.is_staff, maker.is_superuser) == (True, False, False)
    assert [group.name for group in maker.groups.all()] == ["carers"]
    may = {"liveapp.add_device", "liveapp.change_metric", "liveapp.delete_device"}
    # And none of a permission that this version does not know.
    assert maker.get_all_permissions() == may
    admin = User.objects.get(username="admin")
    assert (admin.is_staff, admin.is_superuser) == (True, True)
    assert not admin.groups.exists()
    assert not User.objects.get(username="gone").is_active


def test_people_keep_their_second_factor_and_what_was_counted_of_them(folder, made):
    _, secret, recovery_code, _ = made[1]
    restore(folder)
    maker = User.objects.get(username="maker")
    two_factor.check(maker, pyotp.TOTP(secret).now())
    two_factor.check(maker, recovery_code)
    assert two_factor.codes_left(maker) == 9
    assert Attempts.objects.get().tries == 1


def test_annotations_keep_their_device_and_their_author(folder):
    restore(folder)
    mains, window = Annotation.touching([0, 2], start_ms=T, end_ms=T + 1).order_by("number")
    assert (window.number, window.device, window.start_ms, window.end_ms) == (2, "kitchen", T, T + 5)
    assert (window.text, window.author, window.created_at) == ("Window open", "maker", LONG_AGO)
    assert window.user == User.objects.get(username="maker")
    assert isinstance(window.id, uuid.UUID)
    assert (mains.device, mains.author, mains.user) == (None, "nobody", None)


def test_sessions_and_the_log_are_left_behind_and_that_is_said(folder):
    assert "were left behind: people sign in anew" in restore(folder)
    assert not LogEntry.objects.exists()
    assert not Session.objects.exists()
    assert sessions.of(User.objects.get(username="maker")) == []
    sessions.clear()
    assert not AccountSession.objects.exists()


def test_the_tables_are_those_of_migrate(folder):
    before = collections()
    restore(folder)
    assert collections() == before


def test_a_database_without_tables_gets_them(folder):
    whole = collections()
    for name in whole:
        drop(name)
    restore(folder)
    assert collections() == whole
    assert User.objects.get(username="maker").has_perm("liveapp.delete_device")


def drop(name: str):
    mongodb: Any = connection
    mongodb.database.drop_collection(name)


def test_what_fails_leaves_a_database_without_tables_as_it_was(folder, monkeypatch):
    whole = collections()
    for name in whole:
        drop(name)
    monkeypatch.setattr(crossing, "copy", lambda *_: 1_000)
    with pytest.raises(CommandError, match="has 1000 rows and not"):
        restore(folder)
    assert collections() == {}
    call_command("migrate", interactive=False, verbosity=0)
    assert collections() == whole


insert = Collection.insert_many


def stop_at_readings(self: Any, batch: list[Any], **options: Any) -> Any:
    """In the place of an insert."""
    if self.name.endswith("liveapp_reading"):
        signal.raise_signal(signal.SIGTERM)
    return insert(self, batch, **options)


def test_one_that_is_stopped_leaves_the_database_as_it_was(folder, monkeypatch):
    Device.create(id="newer", name="Newer")
    before = collections()
    # In the middle of the readings, with some of them still in the file.
    monkeypatch.setattr(documents, "BATCH", 2)
    monkeypatch.setattr(Collection, "insert_many", stop_at_readings)
    with pytest.raises(CommandError, match="Stopped before the end"):
        restore(folder, "--replace")
    assert [device.id for device in Device.objects.all()] == ["newer"]
    assert collections() == before


def test_a_database_that_is_not_empty_is_not_replaced_unasked(folder):
    Device.create(id="newer", name="Newer")
    with pytest.raises(CommandError, match="--replace"):
        restore(folder)
    restore(folder, "--replace")
    assert {device.id for device in Device.objects.all()} == {"kitchen", "cellar"}


def test_counts_that_differ_are_refused(folder):
    rewrite(folder, rows=listed(folder)["rows"] | {"liveapp_reading": 4})
    with pytest.raises(CommandError, match="liveapp_reading has 5 rows and not 4"):
        restore(folder)
    assert not Device.objects.exists()


def test_a_file_that_was_changed_is_refused(folder):
    file = folder / "sense-live.sqlite3"
    file.write_bytes(file.read_bytes()[:-5] + b"wrong")
    with pytest.raises(CommandError, match="changed or damaged"):
        restore(folder)


def test_a_backup_of_an_older_version_goes_by_way_of_sqlite(folder):
    older = [name for name in listed(folder)["migrations"] if not name.startswith("liveapp.0002")]
    rewrite(folder, migrations=older)
    sentence = r"older version .*liveapp\.0002.*\. Restore it into SQLite with this version first"
    with pytest.raises(CommandError, match=sentence):
        restore(folder)


def test_a_backup_of_a_newer_version_is_refused(folder):
    rewrite(folder, migrations=[*listed(folder)["migrations"], "liveapp.9999_from_the_future"])
    with pytest.raises(CommandError, match="newer version"):
        restore(folder)


def test_a_database_with_tables_of_another_version_is_refused(folder):
    mongodb: Any = connection
    migrations = mongodb.database["django_migrations"]
    last = migrations.find_one_and_delete({"app": "liveapp", "name": "0002_jobs_and_deletions"})
    try:
        with pytest.raises(CommandError, match="has tables of another version"):
            restore(folder)
    finally:
        migrations.insert_one(last)


def test_many_batches_are_one_table(folder, monkeypatch):
    monkeypatch.setattr(documents, "BATCH", 2)
    restore(folder)
    assert Reading.objects.count() == READINGS
    assert Permission.objects.filter(group=Group.objects.get(name="carers")).count() == 2
