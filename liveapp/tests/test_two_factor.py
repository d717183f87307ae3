"""The second factor: set up, asked for, switched off; and what somebody tries who has the password alone."""

import asyncio
from io import StringIO
from types import SimpleNamespace

import pyotp
import pytest
from asgiref.sync import sync_to_async
from django.core.management import CommandError, call_command
from django.test import AsyncClient

from liveapp.accounts import counting, two_factor
from liveapp.accounts.links import sign_in_link
from liveapp.models import RecoveryCode, TwoFactor
from liveapp.tests.doors import (
    PASSWORD,
    assert_like,
    dashboard,
    example,
    make_user,
    send,
    send_back,
    signed_in,
    with_password,
)

RIGHT = {"username": "maker", "password": PASSWORD}
T_S = 1_763_673_615
PATH = "/api/account/two-factor/"

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The server's clock, in seconds, for a test to set."""
    clock = SimpleNamespace(now_s=T_S)
    monkeypatch.setattr(two_factor, "time", SimpleNamespace(time=lambda: clock.now_s))
    return clock


@pytest.fixture
def maker(database):
    return make_user("maker", password=PASSWORD)


@pytest.fixture
def app(maker):
    """The authenticator app of somebody who has switched it on, with its recovery codes."""
    totp = pyotp.TOTP(two_factor.begin(maker).secret)
    recovery_codes = two_factor.confirm(maker, totp.at(T_S))
    # It was long ago: no code of now is used up by it.
    TwoFactor.objects.update(last_step=0)
    return SimpleNamespace(at=totp.at, recovery_codes=recovery_codes)


async def sign_in(**given):
    return await send(AsyncClient(), "POST", "/api/session/", {**RIGHT, **given})


async def outcome(code):
    answer = await sign_in(code=code)
    return "signed in" if answer.status_code == 200 else answer.json()["code"]


# Setting it up.


async def test_it_is_set_up_with_the_password_and_confirmed_with_a_code(maker):
    client = await with_password()
    setup = (await send_back(client, "POST", PATH, {"password": PASSWORD})).json()
    assert_like(setup, example("rest/two-factor-setup"))
    assert f"secret={setup['secret']}" in setup["uri"]
    assert setup["qr"].startswith("data:image/svg+xml")
    code = pyotp.TOTP(setup["secret"]).at(T_S)
    codes = (await send_back(client, "POST", f"{PATH}confirm/", {"code": code})).json()
    assert_like(codes, example("rest/recovery-codes"))
    assert len(set(codes["recovery_codes"])) == 10
    account = (await send(client, "GET", "/api/account/")).json()
    assert (account["two_factor"], account["recovery_codes_left"]) == (True, 10)


async def test_until_it_is_confirmed_it_does_not_count(maker):
    await send_back(await with_password(), "POST", PATH, {"password": PASSWORD})
    assert (await sign_in()).status_code == 200


async def test_a_wrong_code_confirms_nothing(maker):
    client = await with_password()
    setup = (await send_back(client, "POST", PATH, {"password": PASSWORD})).json()
    old = pyotp.TOTP(setup["secret"]).at(T_S - 120)
    answer = await send_back(client, "POST", f"{PATH}confirm/", {"code": old})
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_code")
    assert (await sign_in()).status_code == 200


async def test_set_up_twice_the_newer_secret_counts(maker):
    client = await with_password()
    first, second = [(await send_back(client, "POST", PATH, {"password": PASSWORD})).json() for _ in "ab"]
    codes = [pyotp.TOTP(setup["secret"]).at(T_S) for setup in (first, second)]
    answers = [await send_back(client, "POST", f"{PATH}confirm/", {"code": code}) for code in codes]
    assert [answer.status_code for answer in answers] == [400, 200]


@pytest.mark.parametrize(
    ("given", "code"), [({}, "invalid"), ({"password": "wrong"}, "wrong_password")], ids=["none", "wrong"]
)
async def test_a_stolen_session_sets_up_nothing(maker, given, code):
    answer = await send_back(await with_password(), "POST", PATH, given)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_who_came_by_a_link_and_has_no_password_sets_it_up_without(database):
    client = await signed_in("maker", ())
    assert (await send(client, "POST", PATH, {})).status_code == 200


async def test_confirming_needs_something_to_confirm(maker):
    answer = await send_back(await with_password(), "POST", f"{PATH}confirm/", {"code": "123456"})
    assert (answer.status_code, answer.json()["code"]) == (409, "two_factor_not_begun")


async def test_it_cannot_be_set_up_over_one_that_is_on(app):
    client = await with_password(code=app.at(T_S))
    answers = [
        await send_back(client, "POST", PATH, {"password": PASSWORD}),
        await send_back(client, "POST", f"{PATH}confirm/", {"code": app.at(T_S + 30)}),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "two_factor_on")] * 2


def test_nothing_that_is_stored_gives_a_code_away(app, maker):
    secret = two_factor._secret_of(TwoFactor.objects.get().salt)
    kept = f"{list(TwoFactor.objects.values())}{list(RecoveryCode.objects.values())}"
    assert secret not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in app.recovery_codes)


def test_the_secret_follows_from_the_servers_own(app, settings):
    salt = TwoFactor.objects.get().salt
    before = two_factor._secret_of(salt)
    settings.SECRET_KEY = "another" * 10
    assert two_factor._secret_of(salt) != before


def test_an_app_is_told_which_installation_it_is(maker, settings):
    settings.PUBLIC_URL = "https://sense.example.org"
    assert "issuer=Sense%20Live%20sense.example.org" in two_factor.begin(maker).uri
    settings.PUBLIC_URL = "http://[2001:db8::1]:8000"
    assert pyotp.parse_uri(two_factor.begin(maker).uri).name == "maker"


async def test_who_looks_at_people_is_told(maker, process):
    client = await with_password()
    setup = (await send_back(client, "POST", PATH, {"password": PASSWORD})).json()
    code = pyotp.TOTP(setup["secret"]).at
    async with dashboard(await signed_in("admin")) as page:
        await send_back(client, "POST", f"{PATH}confirm/", {"code": code(T_S)})
        change = await page.hear_type("change")
        assert (change["model"], change["id"], change["action"]) == ("person", str(maker.pk), "update")
        await send_back(client, "DELETE", PATH, {"code": code(T_S + 30)})
        assert (await page.hear_type("change"))["id"] == str(maker.pk)


# Signing in.


async def test_without_a_code_one_is_asked_for(app):
    answer = await sign_in()
    assert (answer.status_code, answer.json()["code"]) == (401, "code_required")
    assert "sessionid" not in answer.cookies


async def test_a_wrong_password_is_refused_before_any_code_is_asked_for(app):
    answer = await sign_in(password="wrong", code=app.at(T_S))
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_credentials")


@pytest.mark.parametrize(
    ("off_s", "expected"),
    [(-60, "wrong_code"), (-30, "signed in"), (0, "signed in"), (30, "signed in"), (60, "wrong_code")],
)
async def test_a_code_is_good_for_a_step_on_either_side(app, off_s, expected):
    assert await outcome(app.at(T_S + off_s)) == expected


async def test_a_code_is_good_once(app):
    assert [await outcome(app.at(T_S)) for _ in "ab"] == ["signed in", "wrong_code"]


async def test_a_code_from_before_the_last_one_is_used_up_too(app):
    assert await outcome(app.at(T_S + 30)) == "signed in"
    assert [await outcome(app.at(T_S + by)) for by in (0, -30)] == ["wrong_code", "wrong_code"]


async def test_the_next_code_is_good_again(app, clock):
    assert await outcome(app.at(T_S)) == "signed in"
    clock.now_s += 30
    assert await outcome(app.at(clock.now_s)) == "signed in"


async def test_of_two_who_send_one_code_at_once_one_comes_in(app):
    both = await asyncio.gather(outcome(app.at(T_S)), outcome(app.at(T_S)))
    assert sorted(both) == ["signed in", "wrong_code"]


async def test_a_code_may_be_typed_in_two_halves(app):
    code = app.at(T_S)
    assert await outcome(f" {code[:3]} {code[3:]} ") == "signed in"


@pytest.mark.parametrize(
    "code", ["000000", "abcdef", "12345", "1234567", "１２３４５６", "🔑", "-", "x" * 64]
)
async def test_what_is_no_code_is_refused(app, code):
    assert await outcome(code) == "wrong_code"


async def test_a_recovery_code_is_good_once(app):
    code = app.recovery_codes[0]
    assert [await outcome(code) for _ in "ab"] == ["signed in", "wrong_code"]
    assert await outcome(app.recovery_codes[1].upper().replace("-", " ")) == "signed in"


async def test_of_two_who_send_one_recovery_code_at_once_one_comes_in(app):
    code = app.recovery_codes[0]
    assert sorted(await asyncio.gather(outcome(code), outcome(code))) == ["signed in", "wrong_code"]


async def test_a_recovery_code_of_somebody_else_is_none(app, maker):
    other = await sync_to_async(make_user)("other", password=PASSWORD)
    await sync_to_async(TwoFactor.objects.create)(user=other, salt="00", is_confirmed=True)
    answer = await sign_in(username="other", code=app.recovery_codes[0])
    assert answer.json()["code"] == "wrong_code"
    assert await outcome(app.recovery_codes[0]) == "signed in"


async def test_who_guesses_codes_with_the_right_password_has_to_wait(app):
    answers = [await sign_in(code=f"{n:06}") for n in range(6)]
    assert [answer.status_code for answer in answers] == [400] * 5 + [429]
    assert (await sign_in(code=app.at(T_S))).status_code == 429


async def test_asking_without_a_code_in_between_wins_no_further_guesses(app, monkeypatch):
    clock = SimpleNamespace(now_ms=T_S * 1000)
    monkeypatch.setattr(counting, "now_ms", lambda: clock.now_ms)
    outcomes = []
    for n in range(6):
        # The address alone lets one each six seconds.
        clock.now_ms += 12_000
        outcomes += [(await sign_in(code=f"{n:06}")).status_code, (await sign_in()).status_code]
    assert outcomes == [400, 401] * 4 + [400, 429, 429, 429]


async def test_the_sign_in_link_needs_no_code(app, maker):
    client = AsyncClient()
    await client.get(sign_in_link(maker, ""))
    assert (await send(client, "GET", "/api/session/")).json()["user"]["username"] == "maker"


# Switching it off.


async def test_it_is_switched_off_with_a_code(app):
    client = await with_password(code=app.at(T_S))
    answer = await send_back(client, "DELETE", PATH, {"code": app.at(T_S + 30)})
    assert answer.status_code == 204
    assert (await sign_in()).status_code == 200
    assert not await sync_to_async(RecoveryCode.objects.exists)()


async def test_it_is_switched_off_with_a_recovery_code(app):
    client = await with_password(code=app.at(T_S))
    assert (await send_back(client, "DELETE", PATH, {"code": app.recovery_codes[3]})).status_code == 204


async def test_a_stolen_session_does_not_switch_it_off(app, maker):
    client = await with_password(code=app.at(T_S))
    # The code that the owner signed in with is used up.
    codes = [app.at(T_S), *(f"{n:06}" for n in range(5))]
    answers = [await send_back(client, "DELETE", PATH, {"code": code}) for code in codes]
    assert [answer.status_code for answer in answers] == [400] * 5 + [429]
    assert await sync_to_async(two_factor.is_on)(maker)


async def test_nothing_is_switched_off_where_nothing_is_on(maker):
    answer = await send_back(await with_password(), "DELETE", PATH, {"code": "123456"})
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_code")


def told(*arguments):
    out, err = StringIO(), StringIO()
    call_command("two_factor", *arguments, stdout=out, stderr=err)
    return out.getvalue() + err.getvalue()


def test_the_command_line_switches_it_off_for_who_has_lost_everything(app, maker):
    assert told() == "maker\n"
    assert "maker signs in with the password alone now" in told("--off", "maker")
    assert not two_factor.is_on(maker)
    assert "Nobody has" in told()


@pytest.mark.parametrize(("name", "sentence"), [("nobody", "There is no user"), ("maker", "has no second")])
def test_the_command_line_says_what_is_wrong(maker, name, sentence):
    with pytest.raises(CommandError, match=sentence):
        told("--off", name)


def test_with_the_account_goes_its_second_factor(app, maker):
    maker.delete()
    assert not TwoFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
