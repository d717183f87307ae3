"""Every door that changes something puts it on record, with who it was and from where."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import AsyncClient

from liveapp.clock import now_ms
from liveapp.models import Annotation, AuditEntry, ShareLink, Webhook
from liveapp.models.device import from_ms
from liveapp.tests.doors import PASSWORD, make_user, send_back, with_password

DAY_MS = 24 * 3_600_000
# The call, and how it stands on record: action, kind, what it is called, and in words.
DEEDS = {
    "POST /api/devices/": ({"name": "Attic", "id": "attic"}, "add", "device", "Attic", ""),
    "PATCH /api/devices/kitchen/": (
        {"name": "Pantry", "interval_ms": 500},
        "change",
        "device",
        "Pantry",
        "Changed name and interval.",
    ),
    "DELETE /api/devices/kitchen/": (None, "delete", "device", "Kitchen", ""),
    "POST /api/devices/kitchen/rotate/": (None, "change", "device", "Kitchen", "Made a new token."),
    "POST /api/annotations/": ({"start": 5, "text": "Open"}, "add", "annotation", "Open", ""),
    "PATCH /api/annotations/{note}/": ({"text": "Shut"}, "change", "annotation", "Shut", "Changed text."),
    "DELETE /api/annotations/{note}/": (None, "delete", "annotation", "Note", ""),
    "PATCH /api/metrics/temperature/": ({"unit": "K"}, "change", "metric", "Temperature", "Changed unit."),
    "PATCH /api/retention/": (
        {"raw_days": 1},
        "change",
        "retention",
        "the installation",
        "Now: raw 1 day.",
    ),
    "PATCH /api/devices/kitchen/retention/": (
        {"raw_days": 7},
        "change",
        "retention",
        "Kitchen",
        "Now: raw 7 days.",
    ),
    "POST /api/people/": ({"username": "grace", "role": None}, "add", "person", "grace", ""),
    "PATCH /api/people/{ada}/": ({"active": False}, "change", "person", "ada", "Changed active."),
    "DELETE /api/people/{ada}/": (None, "delete", "person", "ada", ""),
    "POST /api/people/{ada}/link/": (None, "change", "person", "ada", "Made a sign-in link."),
    "POST /api/groups/": ({"name": "lab"}, "add", "group", "lab", ""),
    "PATCH /api/groups/{physics}/": (
        {"name": "science"},
        "change",
        "group",
        "science",
        'Renamed, from "physics".',
    ),
    "DELETE /api/groups/{physics}/": (None, "delete", "group", "physics", ""),
    "PATCH /api/webhooks/{hook}/": ({"name": "Bell"}, "change", "webhook", "Bell", "Changed name."),
    "POST /api/webhooks/{hook}/rotate/": (None, "change", "webhook", "Hook", "Made a new secret."),
    "DELETE /api/webhooks/{hook}/": (None, "delete", "webhook", "Hook", ""),
    "POST /api/shares/": (
        {"name": "Fair", "devices": ["kitchen"], "expires": now_ms() + DAY_MS},
        "add",
        "sharelink",
        "Fair",
        "",
    ),
    "DELETE /api/shares/{share}/": (None, "delete", "sharelink", "Link", ""),
    "PATCH /api/account/": (
        {"email": "m@example.org", "password": PASSWORD},
        "change",
        "person",
        "maker",
        "Changed e-mail.",
    ),
    "POST /api/account/password/": (
        {"current": PASSWORD, "password": "a quieter kettle sings"},
        "password",
        "person",
        "maker",
        "",
    ),
    "DELETE /api/account/sessions/": (None, "session_revoked", "person", "maker", "Ended all others."),
    "DELETE /api/session/": (None, "sign_out", "person", "maker", ""),
}


@pytest.fixture
def keys(new_device, quick_hashes):
    device, _ = new_device("kitchen")
    maker = make_user("maker", password=PASSWORD)
    share = ShareLink(name="Link", numbers=[device.number], user=maker, by="maker")
    share.expires_at = from_ms(now_ms() + DAY_MS)
    share.save()
    made = {
        "note": Annotation.objects.create(start_ms=5, text="Note", **Annotation.about(device)),
        "ada": get_user_model().objects.create_user("ada"),
        "physics": Group.objects.create(name="physics"),
        "hook": Webhook.objects.create(name="Hook", url="https://example.org/", events=["device.added"]),
        "share": share,
    }
    return {name: str(one.pk) for name, one in made.items()}


@pytest.mark.parametrize("call", DEEDS)
async def test_a_deed_is_put_on_record_once(keys, process, call):
    client: AsyncClient = await with_password()
    await AuditEntry.objects.all().adelete()
    method, _, path = call.partition(" ")
    body, *said = DEEDS[call]
    answer = await send_back(client, method, path.format(**keys), body)
    assert answer.status_code in (200, 201, 204), answer.content
    entries = [entry async for entry in AuditEntry.objects.all()]
    assert [[one.action, one.model, one.text, one.detail] for one in entries] == [said]
    assert (entries[0].by, entries[0].address) == ("maker", "127.0.0.1")


async def test_an_import_and_a_command_are_on_record(keys, process):
    client = await with_password()
    await AuditEntry.objects.all().adelete()
    await send_back(client, "POST", "/api/devices/kitchen/command/", {"command": "identify"})
    assert not await AuditEntry.objects.aexists()
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value}
    for query in ("?dry_run=true", ""):
        answer = await client.post(
            f"/api/devices/kitchen/import/{query}",
            "time,temperature\n5,20\n",
            content_type="text/csv",
            headers=headers,
        )
        assert answer.status_code == 200
    entry = await AuditEntry.objects.aget()
    assert (entry.action, entry.text, entry.detail) == ("change", "Kitchen", "Imports a file.")
