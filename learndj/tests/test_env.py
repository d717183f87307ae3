import multiprocessing
import stat

import pytest

from learndj import env
from learndj.tests.refusals import NAME, PASSWORD, refusal

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


# Networks and seconds


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
