import pytest
from django.core.exceptions import ImproperlyConfigured

from learndj import mail
from learndj.mail import Server

NAME = "SOME_VARIABLE"
PASSWORD = "hunter2"
SITE = "https://sense.example.org"


@pytest.fixture
def given(monkeypatch):
    monkeypatch.delenv(NAME, raising=False)
    return lambda value: monkeypatch.setenv(NAME, value)


def test_without_an_address_no_mail_is_sent(given):
    assert mail.server(NAME, "") == Server(host="")


@pytest.mark.parametrize(
    ("value", "server"),
    [
        ("smtp://mail.example.org", Server("mail.example.org", 587, starttls=True)),
        (
            "smtp://ada:p%40ss@mail.example.org:2525/",
            Server("mail.example.org", 2525, "ada", "p@ss", starttls=True),
        ),
        (
            "smtps://ada%40example.org:x@mail.example.org",
            Server("mail.example.org", 465, "ada@example.org", "x", tls=True),
        ),
        ("smtp://localhost?tls=none", Server("localhost", 25)),
        ("smtp://a:b@[::1]:26?tls=none", Server("::1", 26, "a", "b")),
        ("smtp://relay?tls=none", Server("relay", 25)),
    ],
)
def test_an_address_says_where_and_how_mail_is_sent(given, value, server):
    given(value)
    assert mail.server(NAME, SITE) == server


@pytest.mark.parametrize(
    "value",
    [
        "mail.example.org:587",
        f"http://ada:{PASSWORD}@mail.example.org",
        f"smtp://ada:{PASSWORD}@",
        f"smtp://ada:{PASSWORD}@mail.example.org:0",
        f"smtp://ada:{PASSWORD}@mail.example.org:99999",
        f"smtp://ada:{PASSWORD}@mail.example.org:port",
        f"smtp://ada:{PASSWORD}@mail.example.org/path",
        f"smtp://ada:{PASSWORD}#@mail.example.org",
        f"smtp://ada:{PASSWORD}@mail.example.org?tls=maybe",
        f"smtp://ada:{PASSWORD}@mail.example.org?tls=none",
        f"smtps://ada:{PASSWORD}@localhost?tls=none",
        f"smtp://ada:{PASSWORD}@[::1",
    ],
)
def test_what_is_no_such_address_is_refused_without_showing_its_password(given, value):
    given(value)
    with pytest.raises(ImproperlyConfigured) as refused:
        mail.server(NAME, SITE)
    assert NAME in str(refused.value)
    assert PASSWORD not in f"{refused.value} {refused.value.__cause__}"


def test_mail_needs_the_address_that_its_links_lead_to(given):
    given("smtp://mail.example.org")
    with pytest.raises(ImproperlyConfigured, match="needs PUBLIC_URL"):
        mail.server(NAME, "")


@pytest.mark.parametrize(
    ("value", "sender"),
    [
        ("", "Sense Live <sense-live@sense.example.org>"),
        ("sense@example.org", "sense@example.org"),
        ("Greenhouse <sense@example.org>", "Greenhouse <sense@example.org>"),
    ],
)
def test_mails_are_from_an_address(given, value, sender):
    given(value)
    assert mail.sender(NAME, SITE) == sender


@pytest.mark.parametrize("value", ["Greenhouse", "a@b\nBcc: everybody@example.org", "a b@c d", "<>"])
def test_what_is_no_address_sends_no_mail(given, value):
    given(value)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        mail.sender(NAME, SITE)
