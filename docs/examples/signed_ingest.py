"""Post a reading that is signed instead of sent with the device's token. Python 3.9 or newer, nothing to install.

    export SENSE_URL=http://localhost:8000 SENSE_DEVICE=kitchen SENSE_SECRET=whsec_…
    python signed_ingest.py '{"temperature": 21.5}'

It prints the server's answer, and ends with another status than 0 when nothing was taken.
"""

import base64
import hashlib
import hmac
import os
import sys
import time
import uuid
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen


def signed(secret, body):
    """The headers that go with a body, as Standard Webhooks has them; another id for each request."""
    message_id, timestamp = f"msg_{uuid.uuid4().hex}", str(int(time.time()))
    key = base64.b64decode(secret.strip().removeprefix("whsec_"))
    digest = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def post(url, device, secret, body):
    """The ack. Raises HTTPError, whose body says why, or URLError: sign it anew then, and send it again."""
    headers = {"Content-Type": "application/json", "Sense-Device": device, **signed(secret, body)}
    with urlopen(Request(f"{url.rstrip('/')}/api/ingest/", body, headers), timeout=10) as answer:
        return answer.read().decode()


if __name__ == "__main__":
    wanted = ("SENSE_URL", "SENSE_DEVICE", "SENSE_SECRET")
    if len(sys.argv) != 2 or not all(map(os.environ.get, wanted)):
        sys.exit(f"Set {', '.join(wanted)}, and give the reading: '{{\"temperature\": 21.5}}'")
    try:
        print(post(*(os.environ[name] for name in wanted), sys.argv[1].encode()))
    except HTTPError as error:
        sys.exit(error.read().decode())
    except URLError as error:
        sys.exit(f"The server cannot be reached: {error.reason}")
