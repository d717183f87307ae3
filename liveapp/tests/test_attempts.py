"""Attempts to sign in, counted in the database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from liveapp.accounts import attempts, counting
from liveapp.accounts.addresses import address_of, neighbourhood_of
from liveapp.accounts.attempts import Attempt, count_address, count_mail
from liveapp.accounts.limits import ADDRESS, DAY_MS, HOUR_MS, KNOWN_MS, Growing
from liveapp.clock import now_ms
from liveapp.errors import TooManyAttempts
from liveapp.models import Attempts

HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"
LIMIT = Growing("some", free=3, first_ms=60_000, most_ms=60_000, forget_ms=HOUR_MS)

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clock(monkeypatch):
    """The time, for a test to set: `clock(ms)` is so much later."""
    offset = [0]

    def later(ms):
        offset[0] += ms

    for module in (attempts, counting):
        monkeypatch.setattr(module, "now_ms", lambda: now_ms() + offset[0])
    return later


def guess(name="maker", address=ELSEWHERE):
    """A wrong one; whether it was let through."""
    try:
        Attempt(name, address).begin()
    except TooManyAttempts:
        return False
    return True


def sign_in(name="maker", address=HOME):
    attempt = Attempt(name, address)
    attempt.begin()
    attempt.succeed()


def guess_from_everywhere(count):
    """Each from another address."""
    return [guess(address=f"203.0.{n // 250}.{n % 250}") for n in range(count)]


def test_of_many_at_once_no_more_are_let_through_than_one_after_the_other():
    def once(_):
        try:
            counting.count(LIMIT, "maker")
        except TooManyAttempts:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as executor:
        let_through = sum(executor.map(once, range(24)))
    assert 1 <= let_through <= 3
    # Who was not let through because others were quicker may come again; no more than three got their turn in all.
    assert let_through + sum(once(None) for _ in range(5)) == 3


def test_the_wait_grows_and_is_forgotten_after_a_day(clock):
    assert [guess() for _ in range(6)] == [True] * 5 + [False]
    clock(30_000)
    assert [guess(), guess()] == [True, False]
    clock(30_000)
    assert not guess()
    clock(30_000)
    assert guess()
    clock(DAY_MS)
    assert [guess() for _ in range(6)] == [True] * 5 + [False]


def test_one_account_has_to_wait_at_one_address_alone():
    for _ in range(6):
        guess()
    assert guess(name="other")
    assert guess(address="203.0.113.9")


def test_an_account_that_is_tried_from_everywhere_is_held(clock):
    assert guess_from_everywhere(51) == [True] * 50 + [False]
    clock(60_000)
    assert guess_from_everywhere(51).count(True) == 1


def test_the_owner_gets_in_from_where_the_owner_signed_in_lately(clock):
    sign_in()
    guess_from_everywhere(60)
    assert not guess()
    sign_in()
    # That it was the owner's counts for a while, not for ever.
    clock(KNOWN_MS + 1)
    guess_from_everywhere(60)
    assert not guess(address=HOME)


def test_what_is_refused_for_all_is_not_held_against_the_address(clock):
    guess_from_everywhere(50)
    for _ in range(9):
        assert not guess()
    clock(HOUR_MS)
    assert [guess() for _ in range(5)] == [True] * 5


def test_an_address_that_is_held_spends_nothing_of_the_account():
    assert all(guess(f"name-{n}") for n in range(ADDRESS.burst))
    assert not guess()
    assert guess_from_everywhere(51) == [True] * 50 + [False]


def test_a_class_behind_one_address_comes_in_at_once_with_some_words_mistyped():
    for n in range(30):
        if n % 4 == 0:
            assert guess(f"pupil-{n}", address=HOME)
        sign_in(f"pupil-{n}")


def test_a_right_password_without_a_code_is_no_guess_and_forgets_none(clock):
    for _ in range(4):
        guess()
    attempt = Attempt("maker", ELSEWHERE)
    attempt.begin()
    attempt.undo()
    assert [guess(), guess()] == [True, False]


def test_codes_are_few_wherever_they_come_from():
    def code(n):
        attempt = Attempt("maker", f"203.0.113.{n}")
        attempt.begin()
        attempt.begin_code()

    for n in range(10):
        code(n)
    with pytest.raises(TooManyAttempts):
        code(11)


def test_a_clock_that_is_set_back_locks_nobody_out(clock):
    clock(365 * DAY_MS)
    for _ in range(10):
        guess()
    clock(-365 * DAY_MS)
    assert guess()


def test_a_household_is_one_address():
    for n in range(ADDRESS.burst):
        count_address(f"2001:db8:1:2::{n:x}")
    with pytest.raises(TooManyAttempts):
        count_address("2001:db8:1:2:ffff::1")
    count_address("2001:db8:1:3::1")


def test_mails_to_one_address_are_few_however_it_is_written():
    for email in ("maker@example.org", "MAKER@example.org", "Maker@Example.org"):
        count_mail(email)
    with pytest.raises(TooManyAttempts):
        count_mail("maker@EXAMPLE.ORG")


def test_nothing_of_what_was_typed_is_kept():
    guess("hunter2", HOME)
    kept = "".join(f"{row}" for row in Attempts.objects.values_list())
    assert "hunter2" not in kept
    assert HOME not in kept


def test_what_is_forgotten_is_cleared_away_and_the_rest_stays(clock):
    guess()
    clock(HOUR_MS)
    guess("other", HOME)
    counting.clear()
    assert Attempts.objects.count() == 4
    clock(DAY_MS)
    counting.clear()
    assert not Attempts.objects.exists()


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("", ""),
        ("unknown", ""),
    ],
)
def test_an_address_is_written_in_one_way(rf, remote, address):
    assert address_of(rf.get("/", REMOTE_ADDR=remote)) == address


@pytest.mark.parametrize(("proxies", "address"), [(0, "192.0.2.1"), (1, "203.0.113.2"), (2, "203.0.113.1")])
def test_as_many_proxies_are_believed_as_there_are(rf, settings, proxies, address):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    request = rf.get(
        "/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": "10.0.0.1, 203.0.113.1, 203.0.113.2"}
    )
    assert address_of(request) == address


@pytest.mark.parametrize(
    ("address", "neighbourhood"),
    [("192.0.2.1", "192.0.2.1"), ("2001:db8::1", "2001:db8::/64"), ("", "")],
)
def test_a_neighbourhood_is_what_one_household_has(address, neighbourhood):
    assert neighbourhood_of(address) == neighbourhood
