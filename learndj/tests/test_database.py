import stat

import pytest

from learndj.database import databases
from learndj.tests.refusals import NAME, PASSWORD, refusal


def test_database_is_sqlite_when_nothing_is_set(tmp_path):
    aliases = databases(NAME, tmp_path).values()
    assert {alias["NAME"] for alias in aliases} == {str(tmp_path / "data" / "sense-live.sqlite3")}


def test_sqlite_waits_for_the_disk_on_the_ingest_connection_alone(tmp_path):
    aliases = databases(NAME, tmp_path)
    assert "synchronous=FULL" in aliases["ingest"]["OPTIONS"]["init_command"]
    assert "synchronous=NORMAL" in aliases["default"]["OPTIONS"]["init_command"]


@pytest.mark.parametrize("alias", ["default", "ingest"])
def test_sqlite_lets_readers_and_a_writer_work_beside_each_other(tmp_path, alias):
    options = databases(NAME, tmp_path)[alias]["OPTIONS"]
    assert "journal_mode=WAL" in options["init_command"]
    assert options["transaction_mode"] == "IMMEDIATE"


def test_sqlite_path_may_be_absolute_and_escaped(given, tmp_path):
    given(f"sqlite:///{tmp_path}/my%20data/x.sqlite3")
    assert databases(NAME, tmp_path)["default"]["NAME"] == f"{tmp_path}/my data/x.sqlite3"


def test_new_sqlite_file_and_its_folder_are_their_owners_alone(given, tmp_path):
    given("sqlite:///new/x.sqlite3")
    databases(NAME, tmp_path)
    file = tmp_path / "new" / "x.sqlite3"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent)] == [0o600, 0o700]


def test_rights_of_an_existing_sqlite_file_are_left_alone(given, tmp_path):
    (tmp_path / "x.sqlite3").touch()
    (tmp_path / "x.sqlite3").chmod(0o640)
    given("sqlite:///x.sqlite3")
    databases(NAME, tmp_path)
    assert stat.S_IMODE((tmp_path / "x.sqlite3").stat().st_mode) == 0o640


@pytest.mark.parametrize("value", ["sqlite://x", "sqlite://", "sqlite:///"])
def test_sqlite_address_without_a_path_is_refused(given, tmp_path, value):
    given(value)
    assert "a SQLite address has three slashes and a path" in refusal(databases, tmp_path)


def test_sqlite_file_that_is_a_folder_is_refused(given, tmp_path):
    given(f"sqlite:///{tmp_path}")
    assert refusal(databases, tmp_path).endswith("cannot be written. Choose another path or mend its rights.")


def test_sqlite_folder_that_cannot_be_made_is_refused(given, tmp_path):
    (tmp_path / "file").write_text("")
    given("sqlite:///file/below/x.sqlite3")
    assert "the folder" in refusal(databases, tmp_path)


@pytest.mark.parametrize(
    "value",
    [
        "postgres://db/x",
        "mysql://db/x",
        "mongo://db/x",
        "x",
        "data/x.sqlite3",
        f"maker:{PASSWORD}@db/x",
    ],
)
def test_other_database_is_refused_with_what_there_is(given, tmp_path, value):
    given(value)
    sentence = refusal(databases, tmp_path)
    assert sentence.endswith("use sqlite:///data/sense-live.sqlite3 or mongodb://host:27017/sense_live.")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("mongodb://db:27017/mine", "mine"),
        ("mongodb://db", "sense_live"),
        ("mongodb://db/", "sense_live"),
        ("mongodb://maker:p%40ss@db/mine?authSource=admin", "mine"),
        ("mongodb://a:27017,b:27018/mine?replicaSet=rs", "mine"),
        ("mongodb://[::1]:27017/mine", "mine"),
        ("mongodb+srv://cluster.example/mine", "mine"),
    ],
)
def test_mongodb_address_is_read(given, tmp_path, value, name):
    given(value)
    for alias in databases(NAME, tmp_path).values():
        assert (alias["HOST"], alias["NAME"]) == (value, name)


@pytest.mark.parametrize("query", ["", "?w=0", "?w=1&journal=false", "?wtimeoutMS=0"])
def test_mongodb_waits_for_the_journal_of_the_majority_whatever_the_address_says(given, tmp_path, query):
    given(f"mongodb://db/mine{query}")
    for alias in databases(NAME, tmp_path).values():
        options = alias["OPTIONS"]
        assert (options["w"], options["journal"], options["wTimeoutMS"]) == ("majority", True, 10_000)


def test_mongodb_is_not_waited_for_longer_than_a_device_waits_for_its_ack(given, tmp_path):
    given("mongodb://db/mine")
    assert databases(NAME, tmp_path)["ingest"]["OPTIONS"]["serverSelectionTimeoutMS"] == 5_000


def test_mongodb_patience_of_the_address_is_kept(given, tmp_path):
    given("mongodb://db/mine?serverSelectionTimeoutMS=100")
    assert "serverSelectionTimeoutMS" not in databases(NAME, tmp_path)["ingest"]["OPTIONS"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/mine",
        "db/a/b",
        "db:port/mine",
        "db:99999/mine",
        f"maker:{PASSWORD}@",
        f"maker:{PASSWORD}@/mine",
        f"maker:{PASSWORD}@w@db/mine",
        f"maker:{PASSWORD}/@db/mine",
        f"maker:{PASSWORD}:x@db/mine",
        f"maker:[{PASSWORD}@db/mine",
        f"maker:{PASSWORD}℀@db/mine",
        f"maker:{PASSWORD}@db:port/mine",
        f"maker:{PASSWORD}@db/mine?retryWrites=perhaps",
        f"maker:{PASSWORD}@db/mine?no_such_option=1",
        "db/mi ne",
        "db/mi$ne",
    ],
)
def test_mongodb_address_that_is_none_is_refused_without_its_password(given, tmp_path, address):
    given(f"mongodb://{address}")
    assert "use mongodb://user:password@host:27017/sense_live" in refusal(databases, tmp_path)
