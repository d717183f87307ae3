"""Django's admin."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db.models.signals import pre_save
from django.test import Client

from liveapp import bus
from liveapp.authentication import device_of
from liveapp.errors import DISABLED, Unauthorized
from liveapp.models import AccountSession, Annotation, AuditEntry, Device, Metric, Webhook
from liveapp.tests.doors import make_user, put, stored
from liveapp.worker import Worker

T = 1_763_673_600_000
FORM = {"name": "Kitchen", "enabled": "on", "interval_ms": 1000}


@pytest.fixture
def maker(database, client):
    """A client with a superuser's session."""
    client.force_login(make_user("maker"), "django.contrib.auth.backends.ModelBackend")
    return client


def shown_token(answer):
    """The token in the message of a page."""
    return re.findall(r"shown only now: ([^<\s]+)", answer.content.decode())[0]


@pytest.mark.parametrize(
    "page",
    [
        "",
        "liveapp/device/",
        "liveapp/device/add/",
        "liveapp/metric/",
        "liveapp/annotation/",
        "liveapp/webhook/",
        "liveapp/webhook/add/",
        "auth/user/",
    ],
)
def test_the_pages_open(maker, page):
    assert maker.get(f"/admin/{page}").status_code == 200


def test_strangers_are_sent_to_sign_in(database, client):
    assert client.get("/admin/liveapp/device/").status_code == 302


def test_nobody_signs_in_past_the_counted_door(database, client):
    make_user("maker", password="right horse")
    answer = client.post("/admin/login/", {"username": "maker", "password": "right horse"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/api/session/").json()["user"] is None


@pytest.mark.parametrize("field", ["events", "devices"])
@pytest.mark.parametrize("text", ["[" * 30_000 + "]" * 30_000, "1" * 5_000, '["\\ud800"]', '["'])
def test_a_webhooks_list_that_cannot_be_read_is_shown_again(maker, field, text):
    given = {
        "name": "Hook",
        "url": "https://1.1.1.1/",
        "events": '["device.added"]',
        "devices": "",
        field: text,
    }
    page = maker.post("/admin/liveapp/webhook/add/", given)
    assert page.status_code == 200
    assert "errorlist" in page.content.decode()
    assert not Webhook.objects.exists()


def test_who_signs_out_here_is_on_record_and_signed_in_nowhere(maker):
    AccountSession.objects.create(user=get_user_model().objects.get(), session_key=maker.session.session_key)
    assert "/admin/logout/" in maker.get("/admin/").content.decode()
    assert maker.post("/admin/logout/")["Location"] == "/"
    assert not Session.objects.exists()
    assert not AccountSession.objects.exists()
    assert [(one.by, one.action) for one in AuditEntry.objects.all()] == [("maker", "sign_out")]


def test_nobody_is_signed_out_here_by_another_site(maker):
    stranger = Client(enforce_csrf_checks=True)
    stranger.cookies = maker.cookies
    assert stranger.post("/admin/logout/").status_code == 403
    assert Session.objects.exists()


def test_the_own_password_is_changed_where_guesses_are_counted(maker):
    answer = maker.post("/admin/password_change/", {"old_password": "x"})
    assert (answer.status_code, answer["Location"]) == (302, "/settings/account/")


def test_browsers_find_an_icon_for_the_administration(client):
    assert client.get("/favicon.ico")["Location"] == "/static/favicon.svg"


def test_adding_a_device_shows_its_token_once(maker):
    answer = maker.post("/admin/liveapp/device/add/", {"id": "kitchen", **FORM}, follow=True)
    assert device_of(shown_token(answer)).id == "kitchen"
    assert b"shown only now" not in maker.get("/admin/liveapp/device/").content


def test_a_bad_id_is_refused(maker):
    answer = maker.post("/admin/liveapp/device/add/", {"id": "Kit chen", **FORM})
    assert b"small letters" in answer.content
    assert not Device.objects.exists()


def test_changing_a_device_keeps_its_id_and_its_token(maker, device):
    form = {**FORM, "id": "pantry", "name": "Pantry"}
    maker.post("/admin/liveapp/device/kitchen/change/", form)
    changed = Device.objects.get()
    assert (changed.id, changed.name, changed.token_hash) == ("kitchen", "Pantry", device.token_hash)


@pytest.fixture
def noted_saves():
    """The fields of each save of a device; None where it was all of them."""
    saves: list[frozenset[str] | None] = []

    def note(update_fields, **_):
        saves.append(update_fields)

    pre_save.connect(note, sender=Device)
    yield saves
    pre_save.disconnect(note, sender=Device)


@pytest.fixture
def meanwhile():
    """What somebody else makes of a device while the form about it is at work."""
    fields = {"token_hash": "a newer one", "metrics": ["co2"], "interval_ms": 50}

    def change(**_):
        Device.objects.update(**fields)

    pre_save.connect(change, sender=Device)
    yield fields
    pre_save.disconnect(change, sender=Device)


def test_what_happens_to_a_device_while_it_is_changed_stays(maker, device, meanwhile):
    maker.post("/admin/liveapp/device/kitchen/change/", {**FORM, "name": "Pantry"})
    assert Device.objects.values("name", *meanwhile).get() == {"name": "Pantry", **meanwhile}


def test_of_a_changed_device_only_what_was_changed_is_saved(maker, device, noted_saves):
    form = {**FORM, "name": "Pantry", "interval_ms": 50}
    maker.post("/admin/liveapp/device/kitchen/change/", form)
    assert noted_saves == [{"name", "interval_ms"}]


def test_a_form_that_changes_nothing_saves_nothing(maker, device, noted_saves):
    assert maker.post("/admin/liveapp/device/kitchen/change/", FORM).status_code == 302
    assert noted_saves == []


def test_a_device_switched_off_here_is_told_to_go(maker, device, monkeypatch):
    told: list[tuple[str, int | None]] = []

    def announce_soon(kind, body):
        if kind != "notifications":
            told.append((kind, body.get("code")))

    monkeypatch.setattr(bus, "announce_soon", announce_soon)
    monkeypatch.setattr(bus, "announce_change", lambda change: told.append(("change", None)))
    form = {name: value for name, value in FORM.items() if name != "enabled"}
    maker.post("/admin/liveapp/device/kitchen/change/", form)
    assert told == [("change", None), ("control", DISABLED)]


def test_a_new_token_ends_the_old_one(maker, new_device):
    _, old = new_device("kitchen")
    action = {"action": "rotate_tokens", "_selected_action": "kitchen"}
    answer = maker.post("/admin/liveapp/device/", action, follow=True)
    assert device_of(shown_token(answer)).id == "kitchen"
    with pytest.raises(Unauthorized):
        device_of(old)


@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("kitchen/delete/", {"post": "yes"}),
        ("", {"action": "delete_selected", "_selected_action": "kitchen", "post": "yes"}),
    ],
)
def test_deleting_a_device_takes_its_readings_along(maker, device, page, form):
    put(device, [T], temperature=20)
    maker.post(f"/admin/liveapp/device/{page}", form)
    assert not Device.objects.exists()
    Worker().run_due()
    assert stored(device) == {}


def test_who_may_only_look_makes_no_tokens(database, client, new_device):
    _, token = new_device("kitchen")
    user = make_user("helper", ("view_device",), is_staff=True)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    client.post("/admin/liveapp/device/", {"action": "rotate_tokens", "_selected_action": "kitchen"})
    assert device_of(token).id == "kitchen"


def test_a_metric_is_described_and_none_is_added(maker):
    Metric.objects.create(name="co2", label="co2")
    form = {"label": "CO₂", "unit": "ppm", "decimals": 0}
    maker.post("/admin/liveapp/metric/co2/change/", form)
    assert Metric.objects.get().unit == "ppm"
    assert maker.get("/admin/liveapp/metric/add/").status_code == 403


@pytest.fixture
def annotation(device):
    return Annotation.objects.create(
        start_ms=T, end_ms=T + 5, text="Open", author="ada", **Annotation.about(device)
    )


def test_annotations_are_listed_with_what_they_say_and_who_said_it(maker, annotation):
    Annotation.objects.create(start_ms=T, text="Mains away", author="ada")
    page = maker.get("/admin/liveapp/annotation/?q=a").content.decode()
    for shown in ("Open", "kitchen", "ada", "Mains away", "(the installation)", "Nov. 20, 2025"):
        assert shown in page
    assert maker.get("/admin/liveapp/annotation/add/").status_code == 403


def test_a_changed_annotation_keeps_its_author_and_is_found_where_it_is_now(maker, annotation):
    form = {"text": " Window \n open ", "start_ms": T + 1, "end_ms": ""}
    answer = maker.post(f"/admin/liveapp/annotation/{annotation.pk}/change/", form)
    assert answer.status_code == 302, answer.content
    (changed,) = Annotation.touching([annotation.number], start_ms=T + 1, end_ms=T + 2)
    assert (changed.text, changed.end_ms, changed.author) == ("Window open", None, "ada")


def test_an_annotation_cannot_end_before_it_begins(maker, annotation):
    form = {"text": "Open", "start_ms": T, "end_ms": T - 1}
    page = maker.post(f"/admin/liveapp/annotation/{annotation.pk}/change/", form).content.decode()
    assert "must be after the start" in page


def test_deleting_annotations_is_told_to_dashboards(maker, annotation, monkeypatch):
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(bus, "announce_change", lambda body: told.append((body["model"], body["action"])))
    form = {"action": "delete_selected", "_selected_action": str(annotation.pk), "post": "yes"}
    maker.post("/admin/liveapp/annotation/", form)
    assert told == [("annotation", "remove")]
    assert not Annotation.objects.exists()


class TestWebhooks:
    GIVEN = {"name": "Caretaker", "url": "https://1.1.1.1/", "events": '["device.added"]', "enabled": "on"}

    def add(self, maker, **fields):
        return maker.post("/admin/liveapp/webhook/add/", self.GIVEN | fields, follow=True)

    def test_adding_one_shows_its_secret_once(self, maker):
        answer = self.add(maker)
        webhook = Webhook.objects.get()
        assert webhook.secret.replace("+", "&#x2B;") in answer.content.decode().replace("+", "&#x2B;")
        assert (
            webhook.secret not in maker.get(f"/admin/liveapp/webhook/{webhook.pk}/change/").content.decode()
        )
        assert (webhook.events, webhook.devices) == (["device.added"], None)

    @pytest.mark.parametrize("rights", [("add_webhook", "view_webhook"), ("see_all_devices", "view_webhook")])
    def test_they_are_for_those_who_may_make_them_and_see_all_that_they_tell(self, database, client, rights):
        client.force_login(
            make_user("clerk", rights, is_staff=True), "django.contrib.auth.backends.ModelBackend"
        )
        assert self.add(client).status_code == 403
        assert not Webhook.objects.exists()

    def test_it_tells_no_more_than_who_made_it_may_see(self, database, client):
        rights = ("add_webhook", "view_webhook", "see_all_devices")
        client.force_login(
            make_user("clerk", rights, is_staff=True), "django.contrib.auth.backends.ModelBackend"
        )
        assert "there is no event" in self.add(client, events='["person.added"]').content.decode()
        assert not Webhook.objects.exists()
        self.add(client)
        assert Webhook.objects.get().events == ["device.added"]

    @pytest.mark.parametrize(
        "fields",
        [
            {"url": "http://127.0.0.1/"},
            {"url": "https://10.0.0.1/"},
            {"events": '["device.exploded"]'},
            {"events": "[]"},
            {"events": '"device.added"'},
            {"events": "[{}]"},
            {"devices": '["nobody"]'},
            {"devices": '"kitchen"'},
            {"devices": "7"},
        ],
    )
    def test_what_cannot_be_is_refused(self, maker, device, fields):
        assert "Please correct the error" in self.add(maker, **fields).content.decode()
        assert not Webhook.objects.exists()

    def test_a_new_secret_is_shown(self, maker):
        self.add(maker, devices="")
        before = Webhook.objects.get()
        action = {"action": "rotate_secrets", "_selected_action": str(before.pk)}
        answer = maker.post("/admin/liveapp/webhook/", action, follow=True).content.decode()
        after = Webhook.objects.get()
        assert after.version == before.version + 1
        assert after.secret.replace("+", "&#x2B;") in answer.replace("+", "&#x2B;")

    def test_who_does_not_see_all_comes_to_none(self, maker, new_device, client):
        new_device("vault", groups=["guards"])
        self.add(maker, devices='["vault"]')
        webhook = Webhook.objects.get()
        clerk = make_user("clerk", ("view_webhook", "add_webhook", "change_webhook", "delete_webhook"))
        clerk.is_staff = True
        clerk.save()
        client.force_login(clerk, "django.contrib.auth.backends.ModelBackend")
        for page in ("", "add/", f"{webhook.pk}/change/", f"{webhook.pk}/delete/"):
            assert client.get(f"/admin/liveapp/webhook/{page}").status_code == 403
        self.add(client, devices='["vault"]')
        assert Webhook.objects.count() == 1
