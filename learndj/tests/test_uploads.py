"""Who may send a whole file, and how long it may be."""

import json

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings

from learndj.asgi import answers
from learndj.uploads import limit_of
from liveapp.tests.doors import cookies, database_away, signed_in

SMALL = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
LARGE = settings.IMPORT_MAX_MIB << 20
PATH = "/api/devices/kitchen/import/"


def scope(path=PATH, **headers):
    pairs = [(name.encode(), value.encode()) for name, value in {"host": "testserver", **headers}.items()]
    return {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": pairs}


async def test_who_may_change_devices_may_send_a_file(database):
    assert await limit_of(scope(**cookies(await signed_in("maker", ("change_device",))))) == LARGE


@pytest.mark.parametrize("path", ["/api/ingest/", "/api/devices/kitchen/", "/api/devices/a/b/import/", "/"])
async def test_it_may_be_sent_to_that_address_alone(database, path):
    assert await limit_of(scope(path, **cookies(await signed_in()))) == SMALL


async def test_others_may_send_no_more_than_anywhere(database):
    guest = await signed_in("guest", ("add_device",))
    for headers in ({}, cookies(guest), {"cookie": "sessionid=made-up"}, {"cookie": "\xff=;;"}):
        assert await limit_of(scope(**headers)) == SMALL


async def test_while_the_database_is_away_nobody_may_send_more(database):
    headers = cookies(await signed_in())
    with database_away():
        assert await limit_of(scope(**headers)) == SMALL


async def test_a_file_over_the_limit_is_refused_unread(database):
    headers = {**cookies(await signed_in()), "content-length": str(LARGE + 1)}
    communicator = ApplicationCommunicator(answers, scope(**headers))
    start, body = await communicator.receive_output(), await communicator.receive_output()
    assert start["status"] == 413
    assert json.loads(body["body"])["detail"] == "The body is over 32 MiB. Send less at once."
