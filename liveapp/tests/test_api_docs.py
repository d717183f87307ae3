"""The API's description and the page to browse it."""

import io
import re

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

from liveapp.tests.doors import HOST, send, signed_in

DOORS = (
    "cookieAuth",
    "deviceToken",
    "shareLink",
    "deviceId",
    "webhookId",
    "webhookTimestamp",
    "webhookSignature",
)


@pytest.fixture
async def maker(database):
    """A client with a superuser's session."""
    return await signed_in()


def test_the_description_is_valid_and_complete():
    schema = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=schema)
    assert "/api/devices/{id}/history/" in schema.getvalue()


@pytest.fixture
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def test_every_call_of_the_protocol_is_described(schema):
    paths = {
        "/api/account/": {"get", "patch"},
        "/api/account/password/": {"post"},
        "/api/account/sessions/": {"get", "delete"},
        "/api/account/sessions/{id}/": {"delete"},
        "/api/account/two-factor/": {"post", "delete"},
        "/api/account/two-factor/confirm/": {"post"},
        "/api/annotations/": {"get", "post"},
        "/api/annotations/{id}/": {"get", "patch", "delete"},
        "/api/devices/": {"get", "post"},
        "/api/devices/{id}/": {"get", "patch", "delete"},
        "/api/devices/{id}/command/": {"post"},
        "/api/devices/{id}/export/": {"get"},
        "/api/devices/{id}/history/": {"get"},
        "/api/devices/{id}/import/": {"post"},
        "/api/devices/{id}/retention/": {"get", "patch"},
        "/api/devices/{id}/rotate/": {"post"},
        "/api/devices/{id}/statistics/": {"get"},
        "/api/groups/": {"get", "post"},
        "/api/groups/{id}/": {"patch", "delete"},
        "/api/history/": {"get"},
        "/api/ingest/": {"post"},
        "/api/latest/": {"get"},
        "/api/metrics/": {"get"},
        "/api/metrics/{name}/": {"patch"},
        "/api/audit/": {"get"},
        "/api/notifications/": {"get"},
        "/api/notifications/read/": {"post"},
        "/api/password-reset/": {"post"},
        "/api/password-reset/confirm/": {"post"},
        "/api/people/": {"get", "post"},
        "/api/people/{id}/": {"patch", "delete"},
        "/api/people/{id}/link/": {"post"},
        "/api/people/{id}/two-factor/": {"delete"},
        "/api/retention/": {"get", "patch"},
        "/api/session/": {"get", "post", "delete"},
        "/api/shared/": {"get"},
        "/api/shared/history/": {"get"},
        "/api/shares/": {"get", "post"},
        "/api/shares/{id}/": {"delete"},
        "/api/webhooks/": {"get", "post"},
        "/api/webhooks/{id}/": {"get", "patch", "delete"},
        "/api/webhooks/{id}/deliveries/": {"get"},
        "/api/webhooks/{id}/deliveries/{delivery}/again/": {"post"},
        "/api/webhooks/{id}/rotate/": {"post"},
        "/api/webhooks/{id}/test/": {"post"},
        "/api/ws-token/": {"post"},
    }
    assert {path: set(methods) for path, methods in schema["paths"].items()} == paths


def test_every_way_to_sign_in_that_is_named_is_described(schema):
    operations = [operation for methods in schema["paths"].values() for operation in methods.values()]
    named = {name for operation in operations for way in operation["security"] for name in way}
    assert named == set(schema["components"]["securitySchemes"]) == {*DOORS}


async def test_the_description_is_for_who_is_signed_in(maker):
    answer = await send(maker, "GET", "/api/schema/")
    assert answer.status_code == 200
    assert b"openapi: 3" in answer.content


@pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/"])
async def test_strangers_get_neither_the_description_nor_the_page(database, async_client, path):
    answer = await async_client.get(path)
    assert answer.status_code in (401, 403)
    assert b"/api/devices" not in answer.content


async def test_the_page_keeps_to_its_content_security_policy(maker):
    answer = await maker.get("/api/docs/")
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    page = answer.content.decode()
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert not re.search(r"<script(?![^>]*src=)[^>]*>\s*\S", page)
    assert re.findall(r'(?:src|href)="(?!/)[^"]*"', page) == []


async def test_the_page_has_a_script_of_its_own(maker):
    page = (await maker.get("/api/docs/")).content.decode()
    script = next(src for src in re.findall(r'<script src="([^"]+)"', page) if "static" not in src)
    answer = await maker.get(script.replace("&amp;", "&").replace(f"http://{HOST}", ""))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/javascript")
    assert b"SwaggerUIBundle" in answer.content
