"""The API: readings that are signed instead of sent with a token, and what an attacker could try."""

import asyncio
import base64
import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from liveapp import signatures
from liveapp.clock import now_ms
from liveapp.models import Device, Nonce
from liveapp.signatures import ID, SIGNATURE, TIMESTAMP, TOLERANCE_S, derive_secret
from liveapp.tests.doors import database_away, readings, stored
from liveapp.tests.posting import assert_error, post

T = 1_763_673_600_000
BODY = json.dumps(readings(T, message_id=7)).encode()
all_stored = sync_to_async(stored)
SPOILT_HEADERS = {
    "no device": {"sense-device": ""},
    "no id": {ID: ""},
    "no time": {TIMESTAMP: ""},
    "no signature": {SIGNATURE: ""},
    "an id with a dot": {ID: "a.b"},
    "a huge id": {ID: "x" * 5_000},
    "a huge time": {TIMESTAMP: "9" * 5_000},
    "a huge signature": {SIGNATURE: "v1," + "x" * 5_000},
    "a huge device": {"sense-device": "k" * 5_000},
    "a time in words": {TIMESTAMP: "now"},
    "an id that is not ASCII": {ID: "schlüssel"},
    "a time that is not ASCII": {TIMESTAMP: "17é3673600"},
    "a signature that is not ASCII": {SIGNATURE: "v1,ü"},
    "a device that is not ASCII": {"sense-device": "küche"},
    "a signature that is no base64": {SIGNATURE: "v1,!!!"},
    "many signatures, none right": {SIGNATURE: " ".join(["v1,AAAA"] * 100)},
    "another version": {SIGNATURE: "v2,AAAA"},
    "another id": {ID: "msg_2"},
    "no token beside it": {SIGNATURE: "", "authorization": "Bearer kitchen.x"},
}


@pytest.fixture
def kitchen(new_device):
    return new_device("kitchen")[0]


def signed(
    device: Device, *, body: bytes = BODY, off_s: int = 0, message_id: str = "msg_1", secrets: Any = None
) -> dict[str, str]:
    """The headers of a board that signs with its secret, or with others."""
    keys = [device.signing_secret] if secrets is None else secrets
    headers = signatures.sign(keys, message_id, body, timestamp_s=now_ms() // 1000 + off_s)
    return {"sense-device": device.id, **headers}


async def send(headers: dict[str, str], body: bytes = BODY) -> Any:
    return await post("", body, **headers)


async def refusal(headers: dict[str, str], body: bytes = BODY) -> str:
    """Why it was refused."""
    answer = await send(headers, body)
    assert_error(answer, 401, "unauthorized")
    return str(answer["json"]["detail"])


async def test_a_signed_batch_is_acknowledged_and_stored(process, kitchen):
    answer = await send(signed(kitchen))
    assert answer["json"] == {"type": "ack", "id": 7, "stored": 1, "duplicates": 0, "rejected": []}
    assert list(await all_stored(kitchen)) == [T]


async def test_the_same_request_again_is_refused_as_a_replay(process, kitchen):
    headers = signed(kitchen)
    await send(headers)
    assert "was used already" in await refusal(headers)


async def test_of_the_same_request_many_times_at_once_one_is_taken(process, kitchen):
    headers = signed(kitchen)
    answers = await asyncio.gather(*(send(headers) for _ in range(8)))
    assert sorted(answer["status"] for answer in answers) == [200] + [401] * 7


async def test_signed_anew_with_an_id_of_its_own_it_is_a_duplicate(process, kitchen):
    await send(signed(kitchen))
    assert (await send(signed(kitchen, message_id="msg_2")))["json"]["duplicates"] == 1


async def test_two_devices_may_use_the_same_id(process, new_device, kitchen):
    cellar, _ = await sync_to_async(new_device)("cellar")
    assert [(await send(signed(device)))["status"] for device in (kitchen, cellar)] == [200, 200]


@pytest.mark.parametrize("off_s", [TOLERANCE_S - 10, -TOLERANCE_S + 10])
async def test_a_clock_that_is_a_little_off_is_no_reason_to_refuse(process, kitchen, off_s):
    assert (await send(signed(kitchen, off_s=off_s)))["status"] == 200


@pytest.mark.parametrize(
    ("off_s", "why"), [(TOLERANCE_S + 10, "in the future"), (-TOLERANCE_S - 10, "too old")]
)
async def test_a_request_of_another_time_is_refused(process, kitchen, off_s, why):
    assert why in await refusal(signed(kitchen, off_s=off_s))


async def test_what_was_sent_once_is_refused_for_as_long_as_its_time_is_accepted(process, kitchen):
    await send(signed(kitchen, off_s=TOLERANCE_S - 10))
    nonce = await Nonce.objects.aget()
    assert nonce.expires_at.timestamp() * 1000 > now_ms() + (2 * TOLERANCE_S - 20) * 1000


@pytest.mark.parametrize("body", [BODY + b" ", BODY.replace(b"21.5", b"99.9"), b"", b"{}"])
async def test_another_body_than_was_signed_is_refused(process, kitchen, body):
    assert "signature" in await refusal(signed(kitchen), body)
    assert await all_stored(kitchen) == {}


async def test_two_signatures_of_which_one_is_right_are_accepted(process, kitchen):
    headers = signed(kitchen, secrets=[derive_secret("other", 1), kitchen.signing_secret])
    assert (await send(headers))["status"] == 200


@pytest.mark.parametrize("headers", SPOILT_HEADERS.values(), ids=SPOILT_HEADERS)
async def test_a_spoilt_header_is_refused_with_a_sentence(process, kitchen, headers):
    why = await refusal({**signed(kitchen), **headers})
    assert why.endswith(".")
    assert len(why) < 250


async def test_the_secret_of_another_device_is_refused(process, new_device, kitchen):
    cellar, _ = await sync_to_async(new_device)("cellar")
    assert "signature" in await refusal({**signed(cellar), "sense-device": "kitchen"})


@pytest.mark.parametrize("purpose", ["webhook", "ws", "Device"])
async def test_a_secret_for_another_purpose_is_refused(process, kitchen, purpose):
    other = derive_secret(purpose, kitchen.number, kitchen.token_hash)
    await refusal(signed(kitchen, secrets=[other]))


async def test_the_token_or_its_hash_is_no_signing_secret(process, new_device):
    device, token = await sync_to_async(new_device)("kitchen")
    for known in (token, device.token_hash):
        secret = base64.b64encode(known.encode()).decode()
        await refusal(signed(device, secrets=[secret]))


async def test_a_new_token_ends_the_old_signing_secret(process, kitchen):
    old = kitchen.signing_secret
    await sync_to_async(kitchen.rotate_token)()
    await refusal(signed(kitchen, secrets=[old]))
    assert (await send(signed(kitchen)))["status"] == 200


async def test_a_device_made_anew_under_the_same_id_has_another_secret(process, new_device, kitchen):
    headers = signed(kitchen)
    await Device.objects.all().adelete()
    await sync_to_async(new_device)("kitchen")
    await refusal(headers)


async def test_an_unknown_device_is_answered_as_a_wrong_signature_is(process, kitchen):
    wrong = await refusal(signed(kitchen, secrets=[derive_secret("x")]))
    assert await refusal({**signed(kitchen), "sense-device": "nobody"}) == wrong


async def test_for_an_unknown_device_a_signature_is_made_and_compared_too(process, kitchen, monkeypatch):
    compared = []
    matches = signatures.matches

    def count(*given):
        compared.append(given)
        return matches(*given)

    monkeypatch.setattr(signatures, "matches", count)
    await refusal({**signed(kitchen), "sense-device": "nobody"})
    assert len(compared) == 1


async def test_what_is_refused_spends_no_id(process, kitchen):
    await refusal(signed(kitchen), BODY + b" ")
    assert await Nonce.objects.acount() == 0
    assert (await send(signed(kitchen)))["status"] == 200


async def test_a_disabled_device_is_told_so_and_who_cannot_sign_for_it_is_not(process, new_device):
    device, _ = await sync_to_async(new_device)("kitchen", enabled=False)
    assert_error(await send(signed(device)), 403, "device_disabled")
    await refusal(signed(device, secrets=[derive_secret("x")]))


async def test_too_many_signed_messages_have_to_wait_and_spend_no_id(process, kitchen, settings):
    settings.DEVICE_MESSAGES_BURST, settings.DEVICE_MESSAGES_PER_SECOND = 1, 0.001
    await send(signed(kitchen))
    assert_error(await send(signed(kitchen, message_id="msg_2")), 429, "rate_limited")
    assert await Nonce.objects.acount() == 1


async def test_while_the_database_is_away_it_is_not_said_that_the_signature_is_wrong(process, kitchen):
    with database_away():
        assert_error(await send(signed(kitchen)), 503, "storage_unavailable")
