import base64
import re
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from liveapp import signatures
from liveapp.clock import now_ms
from liveapp.errors import Unauthorized
from liveapp.signatures import ID, SIGNATURE, TIMESTAMP, TOLERANCE_S, derive_secret
from liveapp.tests.doors import example

SECRET = derive_secret("device", 1, "hash")
BODY = '{"temperature": 21.5, "where": "Küche"}'.encode()


def now_s():
    return now_ms() // 1000


def signed(*, secrets=(SECRET,), body=BODY, off_s=0, message_id="msg_1"):
    return signatures.sign(secrets, message_id, body, timestamp_s=now_s() + off_s)


def accepted(headers, *, body=BODY, secret=SECRET):
    return signatures.matches(signatures.read(headers, body), secret)


def refused(headers):
    """Why; what has the right form and does not match is said to be of this header."""
    try:
        return f"{ID} {TIMESTAMP} {SIGNATURE}" if not accepted(headers) else ""
    except Unauthorized as error:
        return error.detail


def test_what_was_signed_with_the_secret_is_accepted():
    assert accepted(signed())


def test_the_reference_library_accepts_what_we_sign():
    assert Webhook(SECRET).verify(BODY, signed())["temperature"] == 21.5


def test_we_accept_what_the_reference_library_signs():
    at = datetime.fromtimestamp(now_s(), UTC)
    signature = Webhook(SECRET).sign("msg_1", at, BODY.decode())
    assert accepted({ID: "msg_1", TIMESTAMP: str(now_s()), SIGNATURE: signature})


def test_the_reference_library_refuses_what_we_refuse():
    headers = signed(secrets=[derive_secret("device", 1, "other")])
    assert not accepted(headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY, headers)


@pytest.mark.parametrize("off_s", [-TOLERANCE_S + 5, -30, 30, TOLERANCE_S - 5])
def test_a_clock_that_is_off_by_less_than_the_tolerance_is_accepted(off_s):
    assert accepted(signed(off_s=off_s))


@pytest.mark.parametrize(
    ("off_s", "why"),
    [
        (-TOLERANCE_S - 5, "too old"),
        (-(10**9), "too old"),
        (TOLERANCE_S + 5, "in the future"),
        (10**10, "in the future"),
    ],
)
def test_another_time_is_refused_and_said_to_be(off_s, why):
    with pytest.raises(Unauthorized, match=why):
        signatures.read(signed(off_s=off_s), BODY)


def test_the_example_of_the_protocol_is_signed_right(monkeypatch):
    request = example("rest/signed-ingest")
    monkeypatch.setattr(signatures, "now_ms", lambda: int(request["headers"][TIMESTAMP]) * 1000)
    assert accepted(request["headers"], body=request["body"].encode(), secret=request["secret"])


def test_of_two_signatures_one_right_one_is_enough():
    other = derive_secret("webhook", "x", 1)
    for secrets in ([SECRET, other], [other, SECRET]):
        assert accepted(signed(secrets=secrets))
    assert accepted({**signed(), SIGNATURE: f"v2,abc v1a,def {signed()[SIGNATURE]}"})


def changed(name, change):
    headers = signed()
    return {**headers, name: change(headers[name])}


@pytest.mark.parametrize(
    "make",
    [
        lambda: changed(ID, lambda value: "msg_2"),
        lambda: changed(TIMESTAMP, lambda value: str(int(value) + 1)),
        lambda: changed(SIGNATURE, lambda value: value[:-2] + ("A=" if value[-2] != "A" else "B=")),
        lambda: signed(secrets=[derive_secret("device", 2, "hash")]),
        lambda: signed(secrets=[derive_secret("device", 1, "older hash")]),
        lambda: signed(secrets=[derive_secret("webhook", 1, "hash")]),
        lambda: signed(secrets=[derive_secret("device", "1", "hash")]),
        lambda: signed(secrets=["whsec_"]),
    ],
    ids=[
        "another id",
        "another time",
        "another signature",
        "another device's secret",
        "the secret of an older token",
        "another purpose's secret",
        "a secret of a text that looks like the number",
        "an empty secret",
    ],
)
def test_what_was_tampered_with_or_signed_by_others_does_not_match(make):
    # Made now: where the tests are collected they would be too old when it is their turn.
    assert not accepted(make())


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value[:-1],
        lambda value: value.removeprefix("v1,"),
        lambda value: value.replace("v1,", "v1="),
        lambda value: value.replace("v1,", "v2,"),
        lambda value: value.replace("v1,", "v1a,"),
        lambda value: value.replace("=", ""),
        lambda value: f"v1,{base64.b64decode(value[3:]).hex()}",
        lambda value: "v1,",
        lambda value: ",",
        lambda value: "   v1, , ",
    ],
    ids=[
        "short",
        "no version",
        "v1=",
        "version 2",
        "public keys",
        "no padding",
        "hex",
        "empty",
        "a comma",
        "spaces",
    ],
)
def test_a_signature_of_another_form_is_refused_with_the_right_one(change):
    with pytest.raises(Unauthorized, match="Use v1, and the 44 characters of base64"):
        accepted(changed(SIGNATURE, change))


def test_a_clock_that_is_off_is_told_by_how_much():
    with pytest.raises(Unauthorized, match=r"too old: 36\d\d s behind the server's clock, and at most 300 s"):
        signatures.read(signed(off_s=-3_605), BODY)


def test_another_body_does_not_match():
    for body in (BODY + b" ", BODY[:-1], b"", BODY.replace(b"21.5", b"12.5")):
        assert not accepted(signed(), body=body)


@pytest.mark.parametrize("name", [ID, TIMESTAMP, SIGNATURE])
@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "ä",
        "\x00",
        "١٢٣",
        "x" * 1_001,
        "9" * 5_000,
        "-1",
        "1e9",
        "0x10",
        "01",
        "1.5",
        "a.b",
        "v1,ä",
        "{}",
    ],
    ids=lambda value: repr(value)[:12],
)
def test_a_malformed_header_is_refused_with_a_sentence_or_does_not_match(name, value):
    refusal = refused({**signed(), name: value})
    assert name in refusal
    assert len(refusal) < 200


@pytest.mark.parametrize("name", [ID, TIMESTAMP, SIGNATURE])
def test_a_missing_header_is_named(name):
    headers = signed()
    del headers[name]
    assert signatures.is_signed(headers)
    with pytest.raises(Unauthorized, match=f"The header {name} is missing"):
        signatures.read(headers, BODY)


def test_a_message_without_any_of_the_headers_is_not_signed():
    assert not signatures.is_signed({"authorization": "Bearer x"})


def test_a_secret_is_whsec_and_256_bits_and_no_two_things_have_the_same():
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", SECRET)
    assert len(base64.b64decode(SECRET.removeprefix("whsec_"))) == 32
    others = {
        derive_secret("device", 1, "hash"),
        derive_secret("device", 1),
        derive_secret("device", "1", "hash"),
        derive_secret("device1", "hash"),
        derive_secret("de", "vice"),
    }
    assert len(others) == 5


def test_the_same_thing_has_another_secret_under_another_secret_key(settings):
    assert derive_secret("device", 1, "hash") == SECRET
    settings.SECRET_KEY = "another one, as long as a key has to be: 0123456789 0123456789"
    assert derive_secret("device", 1, "hash") != SECRET
