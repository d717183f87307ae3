"""A forgotten password: the mail, as a real mail server gets it, and what its link is good for."""

import asyncio
import re
import threading
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from asgiref.sync import sync_to_async
from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import EmailMessage
from django.test import AsyncClient
from django.utils.http import urlsafe_base64_encode

from liveapp.accounts import mail, passwords
from liveapp.accounts.limits import ADDRESS
from liveapp.accounts.mail import Outbox
from liveapp.tests.doors import PASSWORD, eventually, make_user, send, with_password

NEW = "a lighthouse in the fog"
ASK, CONFIRM = "/api/password-reset/", "/api/password-reset/confirm/"
LINK = re.compile(r"https://sense\.example\.org/#reset=([A-Za-z0-9_-]+)\.([a-z0-9-]+)\s")

pytestmark = pytest.mark.usefixtures("quick_hashes", "mailbox")


class Mailbox(list[Any]):
    """What a mail server was given."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.append((envelope.rcpt_tos, message))
        return "250 taken"


@pytest.fixture
async def mailbox(settings):
    """A real mail server on this machine, and what it gets. pytest-django would have Django write to its memory."""
    box = Mailbox()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(box), "127.0.0.1", 0)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.sockets[0].getsockname()
    settings.PUBLIC_URL = "https://sense.example.org"
    yield box
    server.close()


@pytest.fixture
def maker(database):
    return make_user("maker", password=PASSWORD, email="maker@example.org")


async def ask(email="maker@example.org"):
    return await send(AsyncClient(), "POST", ASK, {"email": email})


async def written():
    """Until all that was asked for has been dealt with."""
    done = threading.Event()

    def write() -> list[EmailMessage]:
        done.set()
        return []

    mail.outbox.put(write)
    await eventually(done.is_set)


async def link_of(mailbox):
    """The two parts of the link that comes by mail."""
    await ask()
    await eventually(lambda: mailbox)
    ((uid, token),) = LINK.findall(mailbox[-1][1].get_content())
    return {"uid": uid, "token": token}


async def confirm(link, password=NEW):
    return await send(AsyncClient(), "POST", CONFIRM, {**link, "password": password})


async def is_signed_in(client):
    return (await send(client, "GET", "/api/session/")).json()["user"] is not None


async def test_the_session_says_whether_mail_is_set_up(database, settings):
    assert (await send(AsyncClient(), "GET", "/api/session/")).json()["mail"] is True
    settings.EMAIL_HOST = ""
    assert (await send(AsyncClient(), "GET", "/api/session/")).json()["mail"] is False


async def test_a_link_comes_by_mail_and_sets_a_new_password(maker, mailbox):
    link = await link_of(mailbox)
    ((to, message),) = mailbox
    assert to == ["maker@example.org"]
    assert message["Subject"] == "A new password for Sense Live"
    assert "Hello maker" in message.get_content()
    assert (await confirm(link)).status_code == 204
    assert await is_signed_in(await with_password(password=NEW))
    assert not await is_signed_in(await with_password(password=PASSWORD))


async def test_it_ends_all_sessions_and_signs_nobody_in(maker, mailbox):
    before = await with_password()
    link = await link_of(mailbox)
    client = AsyncClient()
    await send(client, "POST", CONFIRM, {**link, "password": NEW})
    assert not await is_signed_in(client)
    assert not await is_signed_in(before)


@pytest.mark.parametrize(
    "fields",
    [{"email": "other@example.org"}, {"is_active": False}, {"password": None}],
    ids=["unknown", "closed", "without a password"],
)
async def test_who_gets_no_mail_is_not_told_apart(database, mailbox, fields):
    known = {"password": PASSWORD, "email": "maker@example.org", **fields}
    await sync_to_async(make_user)("maker", **known)
    await sync_to_async(make_user)("other", password=PASSWORD, email="known@example.org")
    answers = [await ask(email) for email in ("maker@example.org", "known@example.org")]
    assert [(answer.status_code, answer.content) for answer in answers] == [(202, b"")] * 2
    await written()
    assert [to for to, _ in mailbox] == [["known@example.org"]]


async def test_a_link_goes_to_the_address_as_it_is_kept(maker, mailbox):
    await ask("MAKER@Example.org")
    await written()
    assert [to for to, _ in mailbox] == [["maker@example.org"]]


async def test_an_address_that_only_looks_alike_gets_nothing(maker, mailbox, monkeypatch):
    # As a database might that takes one letter for another.
    manager = type(maker)._default_manager
    monkeypatch.setattr(
        passwords, "get_user_model", lambda: type("Any", (), {"_default_manager": All(manager)})
    )
    await ask("mıker@example.org")
    await written()
    assert mailbox == []


class All:
    def __init__(self, manager):
        self._manager = manager

    def filter(self, **_):
        return self._manager.all()


async def test_a_link_is_good_once(maker, mailbox):
    link = await link_of(mailbox)
    answers = [await confirm(link), await confirm(link, "yet another one, quite long")]
    assert [answer.status_code for answer in answers] == [204, 400]
    assert answers[1].json()["code"] == "link_expired"
    assert await is_signed_in(await with_password(password=NEW))


async def test_of_two_who_open_a_link_at_once_one_sets_the_password(maker, mailbox):
    link = await link_of(mailbox)
    both = await asyncio.gather(
        confirm(link, "first come first served"), confirm(link, "second to none at all")
    )
    assert sorted(answer.status_code for answer in both) == [204, 400]


async def test_signing_in_meanwhile_makes_the_link_useless(maker, mailbox):
    link = await link_of(mailbox)
    await with_password()
    assert (await confirm(link)).json()["code"] == "link_expired"


@pytest.mark.parametrize(("minutes", "status"), [(59, 204), (61, 400)])
async def test_a_link_is_good_for_an_hour(maker, mailbox, monkeypatch, minutes, status):
    link = await link_of(mailbox)
    now = PasswordResetTokenGenerator._now
    later = timedelta(minutes=minutes)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: now(self) + later)
    assert (await confirm(link)).status_code == status


async def test_a_link_of_somebody_else_is_none(maker, mailbox):
    link = await link_of(mailbox)
    other = await sync_to_async(make_user)("other", password=PASSWORD)
    uid = urlsafe_base64_encode(str(other.pk).encode())
    assert (await confirm({**link, "uid": uid})).json()["code"] == "link_expired"
    assert await is_signed_in(await with_password("other"))


@pytest.mark.parametrize(
    "changes",
    [
        {"uid": "AAAA"},
        {"uid": "%%%"},
        {"uid": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk"},
        {"uid": "🔑"},
        {"token": "x"},
        {"token": "czt-0123456789abcdef0123456789abcdef"},
        {"token": "zzzzzzzzzzzz-0"},
    ],
    ids=str,
)
async def test_a_link_that_was_made_up_is_none(maker, mailbox, changes):
    link = await link_of(mailbox)
    answer = await confirm({**link, **changes})
    assert (answer.status_code, answer.json()["code"]) == (400, "link_expired")
    assert (await confirm(link)).status_code == 204


@pytest.mark.parametrize("fields", [{"is_active": False}, {"password": make_password(None)}], ids=str)
async def test_a_link_of_an_account_that_was_closed_is_none(maker, mailbox, fields):
    link = await link_of(mailbox)
    await sync_to_async(type(maker).objects.filter(pk=maker.pk).update)(**fields)
    assert (await confirm(link)).json()["code"] == "link_expired"


async def test_a_bad_password_is_told_by_its_field_and_the_link_stays_good(maker, mailbox):
    link = await link_of(mailbox)
    answer = await confirm(link, "12345")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["password"])
    assert (await confirm(link)).status_code == 204


async def test_who_asks_again_and_again_has_to_wait_whether_known_or_not(maker):
    for email in ("maker@example.org", "nobody@example.org"):
        answers = [await ask(email) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [202, 202, 202, 429]


async def test_who_tries_links_has_to_wait(database):
    answers = [await confirm({"uid": "AAAA", "token": "x"}) for _ in range(ADDRESS.burst + 1)]
    assert [answer.status_code for answer in answers] == [400] * ADDRESS.burst + [429]


@pytest.mark.parametrize("path", [ASK, CONFIRM])
async def test_a_foreign_page_asks_for_nothing(database, path):
    client = AsyncClient(enforce_csrf_checks=True)
    answer = await send(client, "POST", path, {"email": "maker@example.org"})
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


async def test_without_a_mail_server_that_is_said(maker, settings):
    settings.EMAIL_HOST = ""
    answer = await ask()
    assert (answer.status_code, answer.json()["code"]) == (409, "mail_not_set_up")
    assert "administrator" in answer.json()["detail"]


async def test_a_mail_server_that_is_away_is_told_to_the_log_alone(maker, mailbox, settings, caplog):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert (await ask()).status_code == 202
    await written()
    assert "A mail could not be sent by 127.0.0.1" in caplog.text
    assert "maker@example.org" not in caplog.text
    settings.EMAIL_PORT = port
    await ask()
    await written()
    assert len(mailbox) == 1


async def test_no_more_mails_wait_than_a_few(caplog):
    go, begun = threading.Event(), []
    outbox = Outbox(most=2)

    def write() -> list[EmailMessage]:
        begun.append(go.wait(10))
        return []

    for _ in range(3):
        outbox.put(write)
    assert "one was left out" in caplog.text
    go.set()
    await eventually(lambda: len(begun) == 2)
