import multiprocessing
import stat

import pytest
from django.core.exceptions import ImproperlyConfigured

from learndj import env

NAME = "SOME_VARIABLE"
PASSWORD = "hunter2"


@pytest.fixture
def given(monkeypatch):
    monkeypatch.delenv(NAME, raising=False)

    def give(value):
        monkeypatch.setenv(NAME, value)

    return give


@pytest.fixture(autouse=True)
def _unset(given):
    """Not set, unless a test gives it a value."""


def refusal(read, *args, **options):
    """The sentence with which a value is refused; it names the variable and shows no password."""
    with pytest.raises(ImproperlyConfigured) as refused:
        read(NAME, *args, **options)
    sentence = str(refused.value)
    assert NAME in sentence
    assert PASSWORD not in f"{sentence} {refused.value.__cause__}"
    return sentence


# Words, numbers and lists


def test_text_is_stripped(given):
    given("  hello ")
    assert env.text(NAME) == "hello"


def test_text_that_is_not_set_or_blank_is_the_default(given):
    assert env.text(NAME, "default") == "default"
    given("  ")
    assert env.text(NAME, "default") == "default"


@pytest.mark.parametrize(
    ("value", "flag"),
    [("True", True), ("1", True), ("yes", True), ("FALSE", False), ("0", False)],
)
def test_flag_is_read(given, value, flag):
    given(value)
    assert env.flag(NAME, not flag) is flag


@pytest.mark.parametrize("default", [True, False])
def test_flag_that_is_not_set_is_the_default(default):
    assert env.flag(NAME, default) is default


def test_flag_of_another_word_is_refused(given):
    given("on")
    assert refusal(env.flag) == f"{NAME}='on': use True or False."


def test_number_is_read(given):
    given("42")
    assert env.number(NAME, 5) == 42


def test_number_that_is_not_set_is_the_default():
    assert env.number(NAME, 5) == 5


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "1e3", "٣", "0", "11", "9" * 5_000])
def test_number_that_is_none_or_outside_is_refused(given, value):
    given(value)
    assert refusal(env.number, 5, least=1, most=10).endswith(": use a whole number from 1 to 10.")


def test_items_are_split_at_commas(given):
    given("a, b,,c ,")
    assert env.items(NAME, []) == ["a", "b", "c"]


def test_items_that_are_not_set_are_the_default():
    assert env.items(NAME, ["x"]) == ["x"]


@pytest.mark.parametrize(("value", "level"), [("debug", "DEBUG"), ("Warning", "WARNING")])
def test_log_level_is_read(given, value, level):
    given(value)
    assert env.log_level(NAME) == level


def test_log_level_of_another_name_is_refused(given):
    given("verbose")
    assert refusal(env.log_level) == f"{NAME}='verbose': use one of DEBUG, INFO, WARNING, ERROR."


# A time zone


@pytest.mark.parametrize(("value", "zone"), [("", "UTC"), ("Europe/Berlin", "Europe/Berlin")])
def test_time_zone_is_read(given, value, zone):
    given(value)
    assert env.time_zone(NAME) == zone


@pytest.mark.parametrize(
    "value", ["Berlin", "CEST+1", "../../etc/passwd", "Europe", "/etc/localtime", "x" * 300]
)
def test_time_zone_that_nobody_knows_is_refused(given, value):
    given(value)
    assert refusal(env.time_zone) == (
        f"{NAME}={value[:40]!r}: use a name such as Europe/Berlin or UTC (Wikipedia lists them as tz database)."
    )


# A token for programs


def test_token_for_programs_may_be_left_out(given):
    given("")
    assert env.token(NAME) == ""


def test_long_token_is_taken(given):
    given("0123456789abcdef0123456789abcdef")
    assert env.token(NAME) == "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("value", ["short", "x" * 31, "é" * 40, "a b\tc" * 10])
def test_weak_token_is_refused_and_not_told(given, value):
    given(value)
    assert refusal(env.token).startswith(f"{NAME} is too weak: use at least 32")
    assert value not in refusal(env.token)


# The public address


@pytest.mark.parametrize(
    "value", ["https://sense.example.org", "http://10.0.0.5:8000", "https://[2001:db8::1]:8443"]
)
def test_public_address_is_read(given, value):
    given(f"{value}/")
    assert env.public_url(NAME) == value


def test_public_address_may_be_left_out():
    assert env.public_url(NAME) == ""


@pytest.mark.parametrize(
    "value",
    [
        "sense.example.org",
        "ftp://sense.example.org",
        "https://",
        "https://host/path",
        "https://host?x=1",
        "https://host#x",
        "https://host:99999",
        "https://host:port",
        "https://[bad",
        "https://ho st",
        f"https://maker:{PASSWORD}@host",
        f"https://maker:{PASSWORD}@host/path",
    ],
)
def test_public_address_that_is_none_is_refused(given, value):
    given(value)
    assert refusal(env.public_url).endswith("use an address such as https://sense.example.org.")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://a.example", "a.example"),
        ("http://a.example:81", "a.example"),
        ("http://[::1]", "[::1]"),
        ("", ""),
    ],
)
def test_host_of_an_address_is_as_allowed_hosts_wants_it(url, host):
    assert env.host_of(url) == host


# The secret key


def test_secret_is_taken_from_the_variable(given, tmp_path):
    given("x" * 50)
    assert env.secret(NAME, tmp_path / "key") == "x" * 50
    assert not (tmp_path / "key").exists()


def test_short_secret_is_refused_and_not_shown(given, tmp_path):
    given(PASSWORD)
    assert refusal(env.secret, tmp_path / "key").startswith(f"{NAME} is too short: use at least 50 random")


def test_secret_is_made_once_and_kept(tmp_path):
    made = env.secret(NAME, tmp_path / "data" / "key")
    assert len(made) >= 50
    assert env.secret(NAME, tmp_path / "data" / "key") == made


def test_kept_secret_is_readable_by_its_owner_alone(tmp_path):
    env.secret(NAME, tmp_path / "key")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_making_a_secret_leaves_no_draft(tmp_path):
    env.secret(NAME, tmp_path / "key")
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_processes_that_start_together_agree_on_one_secret(tmp_path):
    with multiprocessing.get_context("fork").Pool(4) as pool:
        made = pool.starmap(env.secret, [(NAME, tmp_path / "key")] * 16, chunksize=1)
    assert len(set(made)) == 1


def test_secret_that_cannot_be_kept_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "file").write_text("")
    sentence = refusal(env.secret, tmp_path / "file" / "key")
    assert sentence.endswith(f"Set {NAME}, or make that folder writable.")


# The database


def test_database_is_sqlite_when_nothing_is_set(tmp_path):
    databases = env.database(NAME, tmp_path)
    assert {alias["NAME"] for alias in databases.values()} == {str(tmp_path / "data" / "sense-live.sqlite3")}


def test_sqlite_waits_for_the_disk_on_the_ingest_connection_alone(tmp_path):
    databases = env.database(NAME, tmp_path)
    assert "synchronous=FULL" in databases["ingest"]["OPTIONS"]["init_command"]
    assert "synchronous=NORMAL" in databases["default"]["OPTIONS"]["init_command"]


@pytest.mark.parametrize("alias", ["default", "ingest"])
def test_sqlite_lets_readers_and_a_writer_work_beside_each_other(tmp_path, alias):
    options = env.database(NAME, tmp_path)[alias]["OPTIONS"]
    assert "journal_mode=WAL" in options["init_command"]
    assert options["transaction_mode"] == "IMMEDIATE"


def test_sqlite_path_may_be_absolute_and_escaped(given, tmp_path):
    given(f"sqlite:///{tmp_path}/my%20data/x.sqlite3")
    assert env.database(NAME, tmp_path)["default"]["NAME"] == f"{tmp_path}/my data/x.sqlite3"


def test_new_sqlite_file_and_its_folder_are_their_owners_alone(given, tmp_path):
    given("sqlite:///new/x.sqlite3")
    env.database(NAME, tmp_path)
    file = tmp_path / "new" / "x.sqlite3"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent)] == [0o600, 0o700]


def test_rights_of_an_existing_sqlite_file_are_left_alone(given, tmp_path):
    (tmp_path / "x.sqlite3").touch()
    (tmp_path / "x.sqlite3").chmod(0o640)
    given("sqlite:///x.sqlite3")
    env.database(NAME, tmp_path)
    assert stat.S_IMODE((tmp_path / "x.sqlite3").stat().st_mode) == 0o640


@pytest.mark.parametrize("value", ["sqlite://x", "sqlite://", "sqlite:///"])
def test_sqlite_address_without_a_path_is_refused(given, tmp_path, value):
    given(value)
    assert "a SQLite address has three slashes and a path" in refusal(env.database, tmp_path)


def test_sqlite_file_that_is_a_folder_is_refused(given, tmp_path):
    given(f"sqlite:///{tmp_path}")
    assert refusal(env.database, tmp_path).endswith(
        "cannot be written. Choose another path or mend its rights."
    )


def test_sqlite_folder_that_cannot_be_made_is_refused(given, tmp_path):
    (tmp_path / "file").write_text("")
    given("sqlite:///file/below/x.sqlite3")
    assert "the folder" in refusal(env.database, tmp_path)


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
    sentence = refusal(env.database, tmp_path)
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
    for alias in env.database(NAME, tmp_path).values():
        assert (alias["HOST"], alias["NAME"]) == (value, name)


@pytest.mark.parametrize("query", ["", "?w=0", "?w=1&journal=false", "?wtimeoutMS=0"])
def test_mongodb_waits_for_the_journal_of_the_majority_whatever_the_address_says(given, tmp_path, query):
    given(f"mongodb://db/mine{query}")
    for alias in env.database(NAME, tmp_path).values():
        options = alias["OPTIONS"]
        assert (options["w"], options["journal"], options["wTimeoutMS"]) == ("majority", True, 10_000)


def test_mongodb_is_not_waited_for_longer_than_a_device_waits_for_its_ack(given, tmp_path):
    given("mongodb://db/mine")
    assert env.database(NAME, tmp_path)["ingest"]["OPTIONS"]["serverSelectionTimeoutMS"] == 5_000


def test_mongodb_patience_of_the_address_is_kept(given, tmp_path):
    given("mongodb://db/mine?serverSelectionTimeoutMS=100")
    assert "serverSelectionTimeoutMS" not in env.database(NAME, tmp_path)["ingest"]["OPTIONS"]


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
    assert "use mongodb://user:password@host:27017/sense_live" in refusal(env.database, tmp_path)


# The channel layer


def test_layer_is_this_processs_memory_when_nothing_is_set():
    assert env.channel_layers(NAME)["default"]["BACKEND"] == "channels.layers.InMemoryChannelLayer"


@pytest.mark.parametrize(
    "value", ["redis://:secret@cache:6379/0", "rediss://cache", "unix:///run/redis.sock"]
)
def test_layer_is_redis_at_its_address(given, value):
    given(value)
    layer = env.channel_layers(NAME)["default"]
    assert layer["BACKEND"] == "channels_redis.pubsub.RedisPubSubChannelLayer"
    assert layer["CONFIG"]["hosts"][0]["address"] == value


@pytest.mark.parametrize(
    "value",
    [
        "cache:6379",
        "http://cache",
        "redis://",
        "redis://cache:port",
        "redis://cache:99999",
        "redis://[bad",
        f"redis://:{PASSWORD}@",
        f"redis://:{PASSWORD}@cache:port",
        f"redis://:{PASSWORD}℀@cache",
        f"{PASSWORD}@cache:6379",
        f"{PASSWORD}:x@cache:6379",
    ],
)
def test_layer_at_no_redis_address_is_refused_without_its_password(given, value):
    given(value)
    assert refusal(env.channel_layers).endswith("use redis://:password@host:6379/0.")


def test_networks_are_read_and_none_is_the_default(given):
    assert env.networks(NAME) == []
    given("10.0.0.0/8, fd00::/8 ,192.168.1.5")
    assert [str(one) for one in env.networks(NAME)] == ["10.0.0.0/8", "fd00::/8", "192.168.1.5/32"]


@pytest.mark.parametrize(
    "value", ["home", "10.0.0.0/33", "10.0.0.1/24", "10.0.0.0-10.0.0.9", "10.0.0.0/8;fd00::/8"]
)
def test_what_is_no_network_is_refused_with_the_mend(given, value):
    given(value)
    assert "192.168.1.0/24" in refusal(env.networks)


def test_seconds_are_read_and_have_a_default(given):
    assert env.seconds(NAME, [5, 30]) == [5, 30]
    given("1, 2,3")
    assert env.seconds(NAME, [5]) == [1, 2, 3]


@pytest.mark.parametrize("value", [",", "1,x", "-1", "1.5", "1;2", "9" * 6])
def test_what_are_no_seconds_is_refused_with_the_mend(given, value):
    given(value)
    assert "5,30,120" in refusal(env.seconds, [5])
