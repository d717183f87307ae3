"""Django's admin."""

import re

import pytest

from liveapp.authentication import device_of
from liveapp.errors import Unauthorized
from liveapp.models import Device, Metric
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
    "page", ["", "liveapp/device/", "liveapp/device/add/", "liveapp/metric/", "auth/user/"]
)
def test_the_pages_open(maker, page):
    assert maker.get(f"/admin/{page}").status_code == 200


def test_strangers_are_sent_to_sign_in(database, client):
    assert client.get("/admin/liveapp/device/").status_code == 302


def test_nobody_signs_in_past_the_counted_door(database, client):
    make_user("maker", password="right horse")
    answer = client.post("/admin/login/", {"username": "maker", "password": "right horse"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/api/session/").json() == {"user": None}


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
