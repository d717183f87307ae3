"""The tokens that open a dashboard's WebSocket, and what is done to them by those who have none."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sesame.utils
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import override_settings

from liveapp import ws_tokens
from liveapp.accounts.links import SCOPE as SIGN_IN_SCOPE
from liveapp.errors import StorageUnavailable, Unauthorized
from liveapp.models import AccountSession, Nonce
from liveapp.tests.doors import aged, database_away, make_user

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def guest(database):
    return make_user("guest", (), password="the kettle sings")


def refusal(token):
    with pytest.raises(Unauthorized) as refused:
        ws_tokens.spend(token)
    return refused.value.detail


def test_a_token_is_good_for_its_person(guest):
    assert ws_tokens.spend(ws_tokens.new_token(guest, "")).user == guest


def test_a_token_is_good_once(guest):
    token = ws_tokens.new_token(guest, "")
    ws_tokens.spend(token)
    assert "used already" in refusal(token)


def test_two_tokens_of_the_same_moment_are_both_good(guest):
    for token in [ws_tokens.new_token(guest, ""), ws_tokens.new_token(guest, "")]:
        assert ws_tokens.spend(token).user == guest


def test_of_many_that_come_at_once_with_one_token_one_gets_in(guest):
    token = ws_tokens.new_token(guest, "")

    def attempt(_):
        try:
            return ws_tokens.spend(token)
        except Unauthorized:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert sorted(map(bool, threads.map(attempt, range(8)))) == [False] * 7 + [True]


@pytest.mark.parametrize(("age_s", "is_good"), [(-5, True), (28, True), (32, False), (3600, False)])
def test_a_token_is_good_for_half_a_minute_whichever_way_a_clock_is_off(guest, age_s, is_good):
    with aged(age_s):
        token = ws_tokens.new_token(guest, "")
    if is_good:
        assert ws_tokens.spend(token).user == guest
    else:
        assert "older than 30 s" in refusal(token)


def _altered(token, position):
    other = "A" if token[position] != "A" else "B"
    return token[:position] + other + token[position + 1 :]


@pytest.fixture
def session(guest):
    return AccountSession.objects.create(user=guest, session_key="k" * 32)


@pytest.mark.parametrize("part", ["nonce", "session", "start", "middle", "end"])
def test_an_altered_token_is_worth_nothing(guest, session, part):
    token = ws_tokens.new_token(guest, session.session_key)
    first, last = token.index("."), token.rindex(".")
    # Of the last sign some bits say nothing.
    positions = {"nonce": 2, "session": first + 3, "start": last + 2, "middle": (last + len(token)) // 2}
    position = positions.get(part, len(token) - 3)
    assert "is not valid" in refusal(_altered(token, position))


def test_a_used_token_under_another_nonce_is_worth_nothing(guest):
    used, other = ws_tokens.new_token(guest, ""), ws_tokens.new_token(guest, "")
    ws_tokens.spend(used)
    assert "is not valid" in refusal(f"{other.rpartition('.')[0]}.{used.rpartition('.')[2]}")


def test_a_token_names_the_session_it_was_fetched_with_and_ends_with_it(guest, session):
    first, second = (ws_tokens.new_token(guest, session.session_key) for _ in range(2))
    assert ws_tokens.spend(first).session_key == session.session_key
    assert session.session_key not in first
    session.delete()
    assert "has ended" in refusal(second)


def test_a_token_does_not_name_somebody_elses_session(guest, session):
    other = make_user("other", ())
    assert ws_tokens.spend(ws_tokens.new_token(other, session.session_key)).session_key == ""


@pytest.mark.parametrize(
    "token", ["", ".", "x", "é.é", "a.b.c", "=" * 1000, "\ud800.x", "AAAAAf2Jp7w4h1tqv8mS0xYg"]
)
def test_what_is_no_token_is_refused(token):
    assert "is not valid" in refusal(token)


@pytest.mark.parametrize("scope", [SIGN_IN_SCOPE, "", ws_tokens.SCOPE])
def test_a_token_for_another_purpose_is_worth_nothing(guest, scope):
    signed = sesame.utils.get_token(guest, scope=scope)
    for token in (signed, f".{signed}", f"nonce..{signed}"):
        assert "is not valid" in refusal(token)


def test_a_token_of_this_purpose_signs_nobody_in(guest):
    signed = ws_tokens.new_token(guest, "").rpartition(".")[2]
    assert sesame.utils.get_user(signed, scope=SIGN_IN_SCOPE) is None


def test_a_token_signed_with_another_key_is_worth_nothing(guest):
    with override_settings(SECRET_KEY="another key"):
        token = ws_tokens.new_token(guest, "")
    assert "is not valid" in refusal(token)


@pytest.mark.parametrize("fields", [{"is_active": False}, {"password": "another"}])
def test_a_closed_account_or_a_new_password_ends_its_tokens(guest, fields):
    token = ws_tokens.new_token(guest, "")
    get_user_model().objects.filter(pk=guest.pk).update(**fields)
    assert "is not valid" in refusal(token)


def test_a_token_that_could_not_be_looked_at_is_not_used_up(guest):
    token = ws_tokens.new_token(guest, "")
    with database_away(), pytest.raises(StorageUnavailable):
        ws_tokens.spend(token)
    assert not Nonce.objects.exists()
    assert ws_tokens.spend(token).user == guest
