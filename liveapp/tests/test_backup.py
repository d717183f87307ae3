"""A backup is whole, private and refused when it does not fit; restored, all is there again."""

import json
import signal
import stat
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import bson
import pytest
from bson import json_util
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test import Client
from pymongo.collection import Collection

from liveapp.accounts import sessions
from liveapp.authentication import device_of
from liveapp.backup import taking
from liveapp.backup.contents import read
from liveapp.levels import Level
from liveapp.models import AccountSession, AuditEntry, Deletion, Device, Reading, Sequence
from liveapp.models.reading import key_of
from liveapp.store import Mark, Row, rollup_store, store

T = 1_763_673_600_000
KEY = key_of(7, 1_763_673_600_000)
LIST = "backup.json"


@pytest.fixture
def token(new_device):
    """Of a device with two readings, in a database that has a person too."""
    device, token = new_device("kitchen")
    get_user_model().objects.create_user("maker", password="the kettle sings at seven")
    store().commit([Row(key_of(device.number, T + n), {"temperature": 20.5 + n}) for n in range(2)])
    return token


@pytest.fixture
def folder(token, tmp_path):
    """A backup of that."""
    path = tmp_path / "backups" / "today"
    call_command("backup", path, stdout=StringIO())
    return path


def restore(path, *options):
    told = StringIO()
    call_command("restore", path, *options, stdout=told)
    return told.getvalue()


def empty():
    for model in (Reading, Device, Sequence, get_user_model()):
        model._base_manager.all()._raw_delete("default")


def rewrite(folder: Path, **changes):
    file = folder / LIST
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def dump_file(folder: Path) -> Path:
    """One that readings are in."""
    return next(
        path for path in folder.rglob("*") if path.name in ("sense-live.sqlite3", "liveapp_reading.bson")
    )


def test_all_is_there_again_and_the_board_goes_on_with_its_token(folder, token):
    number = Device.objects.get().number
    empty()
    assert "2 readings of 1 devices" in restore(folder)
    on_record = AuditEntry.objects.get(action="restore")
    assert (on_record.by, on_record.detail) == (
        "command line",
        f"Restored the backup of {read(folder).taken}.",
    )
    assert device_of(token).id == "kitchen"
    assert store().read(0, 2**63 - 1, 10) == [
        Row(key_of(number, T + n), {"temperature": 20.5 + n}) for n in range(2)
    ]
    assert get_user_model().objects.get().check_password("the kettle sings at seven")
    # A device made now does not get a number that readings lie under.
    assert Device.create(id="cellar", name="Cellar")[0].number == number + 1


def test_a_session_of_then_lets_nobody_in_again(token, tmp_path):
    maker, client = get_user_model().objects.get(), Client()
    client.force_login(maker, backend="django.contrib.auth.backends.ModelBackend")
    (key,) = Session.objects.values_list("session_key", flat=True)
    AccountSession.objects.create(user=maker, session_key=key, address="192.0.2.1")
    call_command("backup", tmp_path / "today", stdout=StringIO())
    sessions.end_all(maker)
    assert not Session.objects.exists()
    restore(tmp_path / "today", "--replace")
    assert client.get("/api/session/").json()["user"] is None
    assert not Session.objects.exists()
    assert sessions.of(get_user_model().objects.get()) == []


def test_a_backup_is_for_its_owner_alone(folder):
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert modes == {0o700, 0o600}


def test_a_place_that_is_taken_is_left_as_it_is(folder):
    before = (folder / LIST).read_bytes()
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", folder)
    assert (folder / LIST).read_bytes() == before


def test_a_backup_that_fails_leaves_nothing_behind(token, tmp_path, monkeypatch):
    def full(path):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(taking, "_sync", full)
    with pytest.raises(CommandError, match="No backup was made: No space left on device"):
        call_command("backup", tmp_path / "backups" / "today")
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(token, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match=r"No backup was made: .*file"):
        call_command("backup", tmp_path / "file" / "today")


def test_a_database_with_people_devices_or_readings_is_not_replaced_unasked(folder):
    with pytest.raises(CommandError, match="--replace"):
        restore(folder)
    Device.objects.create(id="newer", name="Newer")
    restore(folder, "--replace")
    assert [device.id for device in Device.objects.all()] == ["kitchen"]


@pytest.fixture
def orders(database):
    """A table that is not of this program."""
    if settings.MONGODB:
        mongodb: Any = connection
        collection = mongodb.database["orders"]
        collection.insert_one({"of": "a shop"})
        yield lambda: collection.count_documents({})
        collection.drop()
    else:
        connection.cursor().execute("CREATE TABLE orders (id)")
        yield lambda: int("orders" in connection.introspection.table_names())
        connection.cursor().execute("DROP TABLE orders")


@pytest.mark.parametrize("options", [(), ("--replace",)])
def test_a_database_of_another_program_is_never_touched(folder, orders, options):
    empty()
    with pytest.raises(CommandError, match=r"tables of another program \(orders\)"):
        restore(folder, *options)
    assert orders() == 1


@pytest.fixture(params=[0, 4096])
def damaged(request, folder, monkeypatch):
    """The settings name a file that is broken from there on."""
    if settings.MONGODB:
        pytest.skip("MongoDB looks after its own files")
    path = folder.with_name("damaged.sqlite3")
    path.write_bytes(dump_file(folder).read_bytes()[: request.param] + b"\xff" * 8192)
    connection.close()
    with monkeypatch.context() as patched:
        patched.setitem(connection.settings_dict, "NAME", str(path))
        yield
        connection.close()


@pytest.mark.usefixtures("damaged")
@pytest.mark.parametrize(("command", "options"), [("restore", ["--replace"]), ("backup", [])])
def test_a_database_that_is_damaged_is_said_to_be(folder, command, options):
    path = folder if command == "restore" else folder.with_name("new")
    with pytest.raises(CommandError, match="The database itself is damaged"):
        call_command(command, path, *options, stdout=StringIO())


def test_one_that_is_stopped_leaves_nothing_behind(token, tmp_path, monkeypatch):
    monkeypatch.setattr(taking, "digest", lambda path: signal.raise_signal(signal.SIGTERM))
    handlers = signal.getsignal(signal.SIGTERM)
    with pytest.raises(CommandError, match="Stopped before the end"):
        call_command("backup", tmp_path / "backups" / "today")
    assert not list((tmp_path / "backups").iterdir())
    assert signal.getsignal(signal.SIGTERM) is handlers


def test_an_empty_database_is_not_what_was_meant(database, tmp_path):
    with pytest.raises(CommandError, match=r"the database is empty\. Is DATABASE_URL what the servers have"):
        call_command("backup", tmp_path / "today")
    assert list(tmp_path.iterdir()) == []


def test_no_backup_is_not_taken_for_one(tmp_path):
    with pytest.raises(CommandError, match="There is no backup at"):
        restore(tmp_path / "nowhere")
    with pytest.raises(CommandError, match="not finished"):
        restore(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "one"}', '{"format": 1, "engine": 5}'])
def test_a_list_that_cannot_be_read_is_named(folder, text):
    (folder / LIST).write_text(text)
    with pytest.raises(CommandError, match=r"backup\.json cannot be read"):
        restore(folder)


@pytest.mark.skipif(settings.MONGODB, reason="see test_crossing.py")
def test_a_backup_of_mongodb_is_not_restored_into_sqlite(folder):
    rewrite(folder, engine="MongoDB")
    with pytest.raises(CommandError, match="This is a backup of MongoDB, and DATABASE_URL names SQLite"):
        restore(folder, "--replace")


def test_a_backup_of_a_newer_version_is_refused(folder):
    rewrite(folder, migrations=["liveapp.9999_from_the_future"], version="9.0")
    with pytest.raises(CommandError, match=r"newer version \(9\.0, with liveapp\.9999"):
        restore(folder, "--replace")
    rewrite(folder, format=2)
    with pytest.raises(CommandError, match="newer version"):
        restore(folder, "--replace")


def test_a_damaged_file_is_refused_before_anything_is_touched(folder):
    file = dump_file(folder)
    whole = file.read_bytes()
    file.write_bytes(whole[:-5] + b"wrong")
    with pytest.raises(CommandError, match="changed or damaged"):
        restore(folder, "--replace")
    file.unlink()
    with pytest.raises(CommandError, match="is missing"):
        restore(folder, "--replace")
    assert Device.objects.get().id == "kitchen"


def test_a_dump_that_is_not_what_its_list_says_leaves_the_database_as_it_was(folder):
    rows = json.loads((folder / LIST).read_text())["rows"]
    rewrite(folder, rows=rows | {"liveapp_reading": 3})
    Device.objects.create(id="newer", name="Newer")
    with pytest.raises(CommandError, match="liveapp_reading has 2 rows and not 3"):
        restore(folder, "--replace")
    assert {device.id for device in Device.objects.all()} == {"kitchen", "newer"}
    assert len(store().read(0, 2**63 - 1, 10)) == 2


def test_readings_of_a_device_deleted_meanwhile_are_not_wanted_back(token, tmp_path):
    store().commit([Row(key_of(2, T), {"temperature": 20})])
    Sequence.objects.update(last=3)
    call_command("backup", tmp_path / "today", stdout=StringIO())
    restore(tmp_path / "today", "--replace")
    assert [deletion.number for deletion in Deletion.objects.all()] == [2]


@pytest.mark.skipif(not settings.MONGODB, reason="about MongoDB; this run is on SQLite")
def test_a_mark_that_moves_on_while_it_is_copied_is_in_the_backup(folder, monkeypatch):
    minute, quarter = (Mark(KEY + level, level, 0, "token") for level in (Level.MINUTE, Level.QUARTER))
    rollup_store().mark([minute])
    find = Collection.find

    def moving(table, *args, **kwargs):
        found = find(table, *args, **kwargs)
        if table.name != "liveapp_stale" or args or kwargs:
            return found
        # This look had passed the place of the one, and comes to the other when that is gone.
        rows = [row for row in found if row["_id"] != minute.key]
        rollup_store().mark([quarter])
        rollup_store().strike([minute])
        return rows

    monkeypatch.setattr(Collection, "find", moving)
    path = folder.parent / "another"
    call_command("backup", path, stdout=StringIO())
    assert json.loads((path / LIST).read_text())["rows"]["liveapp_stale"] == 1


@pytest.mark.skipif(not settings.MONGODB, reason="SQLite's dump is a database itself")
def test_the_files_are_those_of_mongodump(folder):
    (database,) = [path for path in folder.iterdir() if path.is_dir()]
    names = {path.name for path in database.iterdir()}
    assert names == {f"{name}{end}" for name in _tables(folder) for end in (".bson", ".metadata.json")}
    readings = bson.decode_all((database / "liveapp_reading.bson").read_bytes())
    assert [reading["values"] for reading in readings] == [{"temperature": 20.5}, {"temperature": 21.5}]
    metadata = json_util.loads((database / "liveapp_device.metadata.json").read_text())
    assert metadata["collectionName"] == "liveapp_device"
    assert metadata["indexes"][0] == {"v": 2, "key": {"_id": 1}, "name": "_id_"}
    assert any(index.get("unique") and index["key"] == {"number": 1} for index in metadata["indexes"])


def _tables(folder: Path) -> set[str]:
    return set(json.loads((folder / LIST).read_text())["rows"])


def test_the_indexes_are_there_again(folder):
    empty()
    restore(folder)
    Device.objects.filter(id="kitchen").update(number=7)
    duplicate = Device(id="double", name="Double", number=7, created_at=datetime.now(UTC))
    # As one that has its number already.
    duplicate._state.adding = False
    with pytest.raises(IntegrityError):
        duplicate.save(force_insert=True)
