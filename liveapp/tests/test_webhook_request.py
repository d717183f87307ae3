"""One request to a receiver: within its time, to the address that was looked at, no further."""

import socket
import ssl
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from liveapp import targets
from liveapp.tests.receivers import LOOPBACK, receiving, silent
from liveapp.webhooks import request
from liveapp.webhooks.request import post

HEADERS = {"Content-Type": "application/json", "webhook-id": "1"}
BODY = '{"event": "test", "where": "Küche"}'.encode()


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def short(monkeypatch):
    """The times are short."""
    monkeypatch.setattr(request, "TOTAL_S", 0.3)
    monkeypatch.setattr(request, "CONNECT_S", 0.2)


def test_the_body_comes_as_it_is_with_its_headers(receiver):
    outcome = post(receiver.url, HEADERS, BODY)
    assert (outcome.ok, outcome.status, outcome.detail) == (True, 204, "")
    headers, body = receiver.requests[0]
    assert body == BODY
    assert headers["webhook-id"] == "1"
    assert headers["host"] == receiver.url.split("/")[2]
    assert "accept-encoding" not in headers or headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("status", [200, 201, 202, 299])
def test_any_answer_from_200_to_299_is_well(receiver, status):
    receiver.answers = [status]
    assert post(receiver.url, HEADERS, BODY).ok


@pytest.mark.parametrize("status", [400, 401, 404, 410, 429, 500, 503])
def test_any_other_answer_is_told_with_its_number_and_nothing_of_its_text(receiver, status):
    receiver.answers = [status]
    outcome = post(receiver.url, HEADERS, BODY)
    assert (outcome.ok, outcome.status) == (False, status)
    assert outcome.detail == f"The receiver answered with status {status}."


def test_a_redirect_is_not_followed(receiver):
    with receiving() as other:
        receiver.answers = [(307, {"Location": other.url})]
        outcome = post(receiver.url, HEADERS, BODY)
    assert "redirects are not followed" in outcome.detail
    assert other.requests == []


@pytest.mark.parametrize(
    ("text", "least_s", "most_s"),
    [("7", 7, 7), ("0", 0, 0), ("", 0, 0), ("soon", 0, 0), ("-5", 0, 0), ("9" * 50, 1, 10**9)],
)
def test_retry_after_is_read_in_seconds(receiver, text, least_s, most_s):
    receiver.answers = [(503, {"Retry-After": text})]
    assert least_s <= post(receiver.url, HEADERS, BODY).retry_after_s <= most_s


def test_retry_after_is_read_as_a_date(receiver):
    at = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 120))
    receiver.answers = [(429, {"Retry-After": at})]
    assert 60 < post(receiver.url, HEADERS, BODY).retry_after_s <= 120


def test_nobody_there_is_said_in_words():
    with closing(socket.create_server((LOOPBACK, 0))) as server:
        port = server.getsockname()[1]
    outcome = post(f"http://{LOOPBACK}:{port}/", HEADERS, BODY)
    assert (outcome.status, outcome.detail) == (
        None,
        "The receiver could not be reached: Connection refused.",
    )


def test_one_that_never_answers_is_given_up(short):
    with silent() as url:
        assert post(url, HEADERS, BODY).detail == request.LATE


def read_all(connection):
    """The whole request: who closes with something unread takes the answer back from the other end, too."""
    received = b""
    while BODY not in received and (part := connection.recv(65_536)):
        received += part


def serve(answer):
    """A socket that says what `answer` says to it; its address."""
    server = socket.create_server((LOOPBACK, 0))

    def run():
        with server, server.accept()[0] as connection:
            read_all(connection)
            answer(connection)

    threading.Thread(target=run, daemon=True).start()
    return f"http://{LOOPBACK}:{server.getsockname()[1]}/"


def drip(connection):
    """A byte now and then: never idle, never done."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    try:
        while True:
            connection.sendall(b"x")
            time.sleep(0.02)
    except OSError:
        return


def test_one_that_answers_a_byte_now_and_then_is_given_up(short):
    assert post(serve(drip), HEADERS, BODY).detail == request.LATE


def test_of_an_answer_without_end_only_the_beginning_is_read():
    def flood(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                connection.sendall(b"x" * 65_536)
        except OSError:
            return

    assert post(serve(flood), HEADERS, BODY).status == 200


def test_one_that_only_hangs_up_is_said_in_words():
    outcome = post(serve(lambda connection: None), HEADERS, BODY)
    assert (outcome.status, outcome.detail[:35]) == (None, "The receiver could not be reached: ")


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-Secret_9.2\r\n\r\n",
        b"-ERR secret\r\n",
        b"HTTP/1.1 secret OK\r\n\r\n",
        b"HTTP/9.9 200 secret\r\n\r\n",
        b"HTTP/1.1 99999 secret\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: secret\r\n" * 500,
        b"HTTP/1.1 200 OK\r\nX: " + b"secret" * 20_000,
        b"\x00" * 1000,
    ],
)
def test_of_what_does_not_speak_http_nothing_is_told_on(answer):
    outcome = post(serve(lambda connection: connection.sendall(answer)), HEADERS, BODY)
    assert (outcome.status, outcome.detail) == (None, "What answered there does not speak HTTP.")


def test_the_name_is_looked_up_once_and_the_connection_goes_to_what_was_looked_at(receiver, monkeypatch):
    asked = []
    look_up = socket.getaddrinfo

    def rebinding(host, port, *given, **options):
        if host != "rebind.example.org":
            return look_up(host, port, *given, **options)
        asked.append(host)
        # Anybody who asks a second time is led elsewhere.
        address = LOOPBACK if len(asked) == 1 else "127.0.0.66"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    url = receiver.url.replace(LOOPBACK, "rebind.example.org")
    assert post(url, HEADERS, BODY).ok
    assert len(asked) == 1
    assert receiver.requests[0][0]["host"].startswith("rebind.example.org:")


def test_an_address_that_is_not_allowed_any_more_gets_nothing(receiver, settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    outcome = post(receiver.url, HEADERS, BODY)
    assert outcome.detail.startswith("Not sent: 127.0.0.1: that is no public address.")
    assert receiver.requests == []


def test_a_name_that_is_not_found_is_said_in_words(monkeypatch):
    def unknown(*given, **options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert post("https://nowhere.example.org/", HEADERS, BODY).detail == "The receiver's name was not found."


def test_a_defect_is_logged_and_ends_no_thread(monkeypatch, caplog):
    def broken(url):
        raise KeyError("oh")

    monkeypatch.setattr(targets, "parse", broken)
    assert "A defect of this server" in post("https://example.org/", HEADERS, BODY).detail
    assert "KeyError" in caplog.text


class TestTls:
    @pytest.fixture
    def certificate(self, tmp_path):
        """Of sense.example.org, signed by itself; its file, with the key."""
        return make_certificate(tmp_path, "sense.example.org")

    @pytest.fixture
    def secure(self, certificate, receiver):
        """The port of a TLS server in front of nothing but its own answer."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server = socket.create_server((LOOPBACK, 0))
        self.asked: list[str | None] = []
        context.sni_callback = lambda sock, name, ctx: self.asked.append(name)

        def run():
            while True:
                try:
                    raw, _ = server.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(raw, server_side=True) as connection:
                        read_all(connection)
                        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
                except OSError:
                    raw.close()

        threading.Thread(target=run, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        server.close()

    @pytest.fixture(autouse=True)
    def _names(self, monkeypatch):
        def look_up(host, port, *given, **options):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (LOOPBACK, port))]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        monkeypatch.setattr(request, "_tls", ssl.create_default_context)

    def test_a_certificate_that_nobody_knows_is_refused(self, secure):
        detail = post(f"https://sense.example.org:{secure}/", HEADERS, BODY).detail
        assert detail.startswith("The receiver's certificate is not valid")

    def test_a_known_certificate_is_accepted_for_its_name_and_for_no_other(
        self, secure, certificate, monkeypatch
    ):
        monkeypatch.setattr(request, "_tls", lambda: ssl.create_default_context(cafile=certificate))
        assert post(f"https://sense.example.org:{secure}/", HEADERS, BODY).ok
        assert self.asked == ["sense.example.org"]
        detail = post(f"https://other.example.org:{secure}/", HEADERS, BODY).detail
        assert detail.startswith("The receiver's certificate is not valid")
        assert "other.example.org" in detail


def make_certificate(folder, name):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "certificate.pem"
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file
