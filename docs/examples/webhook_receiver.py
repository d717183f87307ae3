"""Receives webhooks of Sense Live and prints those that are genuine. Python 3.9 or newer, nothing to install.

    SENSE_WEBHOOK_SECRET=whsec_… python webhook_receiver.py --port 8100

It listens on this machine alone; with --host 0.0.0.0 others reach it too. Give the webhook the address
http://<this machine>:8100/; the server has to be allowed to send there (WEBHOOK_ALLOWED_NETWORKS), unless TLS and a
public name are in front.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import re
import time
from collections import OrderedDict
from http.server import BaseHTTPRequestHandler, HTTPServer

TOLERANCE_S = 300
MAX_BODY_BYTES = 1024 * 1024
# A delivery whose answer was lost comes again under the same id: for so many it is remembered.
REMEMBERED = 10_000


class NotGenuine(Exception):
    """Not sent by who has the secret, or not now."""


def verify(secret, headers, body):
    """The id of a genuine delivery. Raises NotGenuine. `headers` is anything with a `get`."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not timestamp.isascii() or not timestamp.isdigit():
        raise NotGenuine("a header is missing")
    if abs(time.time() - int(timestamp[:12])) > TOLERANCE_S:
        raise NotGenuine("it is of another time")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    given = headers.get("webhook-signature", "").encode().split()
    if not any(hmac.compare_digest(one, expected) for one in given):
        raise NotGenuine("the signature is not right")
    return message_id


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 to what is genuine, also when it comes twice, and 401 to what is not."""

    secret = ""
    seen = OrderedDict()
    # One that begins to send and does not go on holds nobody up for longer.
    timeout = 10

    def do_POST(self):
        length = self.headers.get("content-length", "")
        if not length.isdigit() or int(length[:9]) > MAX_BODY_BYTES:
            self.answer(413)
            return
        body = self.rfile.read(int(length))
        try:
            message_id = verify(self.secret, self.headers, body)
        except NotGenuine as error:
            print(f"Refused: {error}.", flush=True)
            self.answer(401)
            return
        if message_id not in self.seen:
            self.seen[message_id] = True
            if len(self.seen) > REMEMBERED:
                self.seen.popitem(last=False)
            self.take(json.loads(body))
        self.answer(204)

    def take(self, event):
        """What to do with it. Be quick, or keep it and do it later: the server waits for 10 s."""
        print(json.dumps(event), flush=True)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *args):
        """What counts is printed already."""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100)
    given = parser.parse_args()
    Receiver.secret = os.environ.get("SENSE_WEBHOOK_SECRET", "").strip()
    if not re.fullmatch(r"whsec_[A-Za-z0-9+/]{32,}=*", Receiver.secret):
        parser.error("set SENSE_WEBHOOK_SECRET to the webhook's secret, whsec_ and 44 characters")
    try:
        HTTPServer((given.host, given.port), Receiver).serve_forever()
    except OSError as error:
        parser.error(f"{given.host} port {given.port} cannot be listened on: {error.strerror}")
