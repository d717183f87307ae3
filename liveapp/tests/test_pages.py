"""The two pages that are not the API."""

import pytest
import sesame.utils
from django.utils import timezone

from liveapp import ws_tokens
from liveapp.accounts import sessions
from liveapp.accounts.links import sign_in_link
from liveapp.tests.doors import aged, database_away, make_user

EXPIRED = "/?sign-in=expired"


@pytest.fixture
def maker(database):
    return make_user("maker")


@pytest.fixture
def link(maker):
    return sign_in_link(maker, "")


def who(client):
    return client.get("/api/session/").json()["user"]


def test_the_link_signs_in_and_leads_to_the_dashboard(link, client):
    answer = client.get(link)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert who(client)["username"] == "maker"


def test_the_link_works_once(link, client):
    client.get(link)
    client.logout()
    assert client.get(link)["Location"] == EXPIRED
    assert who(client) is None


def test_of_requests_at_once_with_one_link_one_signs_in(maker, link, client, monkeypatch):
    get_user = sesame.utils.get_user

    def overtaken(*args, **kwargs):
        """Between the look at the token and the sign-in another request was quicker."""
        user = get_user(*args, **kwargs)
        type(user).objects.filter(pk=user.pk).update(last_login=timezone.now())
        return user

    monkeypatch.setattr(sesame.utils, "get_user", overtaken)
    assert client.get(link)["Location"] == EXPIRED
    assert who(client) is None


def test_looking_at_the_link_does_not_use_it_up(link, client):
    assert client.head(link).status_code == 302
    assert who(client) is None
    client.get(link)
    assert who(client)["username"] == "maker"


@pytest.mark.parametrize(("seconds", "leads_to"), [(24 * 3600 - 60, "/"), (24 * 3600 + 1, EXPIRED)])
def test_the_link_is_valid_for_a_day(maker, client, seconds, leads_to):
    with aged(seconds):
        link = sign_in_link(maker, "")
    assert client.get(link)["Location"] == leads_to


@pytest.mark.parametrize(
    "query", ["", "?token=", "?token=x", "?token=%00%ff", "?token=" + "A" * 4000, "?other=1"]
)
def test_a_bad_link_signs_nobody_in(database, client, query):
    assert client.get(f"/sign-in/{query}")["Location"] == EXPIRED
    assert who(client) is None


def test_a_link_of_a_closed_account_signs_nobody_in(maker, client, link):
    maker.is_active = False
    maker.save()
    assert client.get(link)["Location"] == EXPIRED


def test_a_websocket_token_is_no_sign_in_link(maker, client):
    token = ws_tokens.new_token(maker, "")
    for one in (token, token.rpartition(".")[2]):
        assert client.get(f"/sign-in/?token={one}")["Location"] == EXPIRED


def test_posting_is_not_possible(link, client):
    assert client.post(link).status_code == 405


def test_while_the_database_is_away_the_link_is_not_said_to_be_old(link, client):
    with database_away():
        answer = client.get(link)
    assert answer.status_code == 503
    client.get(link)
    assert who(client)["username"] == "maker"


@pytest.fixture
def built(settings, tmp_path):
    """A built dashboard."""
    (tmp_path / "index.html").write_text("<!doctype html><title>Sense Live</title>")
    settings.FRONTEND_DIR = tmp_path


def test_the_page_comes_with_the_csrf_cookie_and_is_asked_for_anew(built, client):
    answer = client.get("/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Sense Live" in answer.content.decode()
    assert answer.cookies["csrftoken"]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("address", ["/settings/", "/settings/people/"])
def test_the_settings_are_addresses_of_the_same_page(built, client, address):
    answer = client.get(address)
    assert (answer.status_code, answer.content) == (200, client.get("/").content)
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_the_page_of_a_share_link_comes_without_a_cookie_and_tells_nobody_where_it_was(built, client):
    answer = client.get("/shared/")
    assert (answer.status_code, "Sense Live" in answer.content.decode()) == (200, True)
    assert not answer.cookies
    assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("no-referrer", "noindex")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Security-Policy"] == client.get("/")["Content-Security-Policy"]


def test_the_page_comes_with_its_policies(built, client):
    answer = client.get("/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_dashboard_that_is_not_built_says_how_to_build_it(settings, tmp_path, client):
    settings.FRONTEND_DIR = tmp_path
    answer = client.get("/")
    assert answer.status_code == 503
    assert "make run" in answer.content.decode()


def test_a_host_not_allowed_is_refused(built, client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("path", ["/admin/", "/admin/liveapp/device/", "/admin/logout/", "/api/docs/"])
def test_a_page_says_that_the_database_is_away(maker, client, path):
    client.force_login(maker, sessions.BACKEND)
    with database_away():
        answer = client.post(path) if "logout" in path else client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (503, "text/plain; charset=utf-8")
