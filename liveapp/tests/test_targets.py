"""Where this server may send to, and what an attacker could try to have it send elsewhere."""

import socket
from ipaddress import ip_address, ip_network

import pytest

from liveapp import targets
from liveapp.targets import TargetRefused


@pytest.fixture
def names(monkeypatch):
    """What the name server says; an address is its own."""
    known: dict[str, list[str]] = {}

    def look_up(host, port, **_):
        if host not in known:
            try:
                known[host] = [str(ip_address(host))]
            except ValueError:
                raise socket.gaierror("unknown") from None
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://example.org/hook", ("https", "example.org", 443, "/hook", "example.org")),
        ("https://Example.org", ("https", "example.org", 443, "/", "example.org")),
        ("http://10.0.0.1:8080/?a=b", ("http", "10.0.0.1", 8080, "/?a=b", "10.0.0.1:8080")),
        ("https://[2606:4700::1]:1/x", ("https", "2606:4700::1", 1, "/x", "[2606:4700::1]:1")),
        ("https://example.org:65535/", ("https", "example.org", 65535, "/", "example.org:65535")),
    ],
)
def test_an_address_is_taken_apart(url, parts):
    target = targets.parse(url)
    assert (target.scheme, target.host, target.port, target.path, target.netloc) == parts


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "//example.org/",
        "https://",
        "https:///hook",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://example.org@127.0.0.1/",
        "https://example.org:0/",
        "https://example.org:65536/",
        "https://example.org:-1/",
        "https://example.org:x/",
        "https://example.org/a b",
        "https://example.org/\r\nHost: other",
        "https://example.org\t.evil.org/",
        "https://example.org\\@127.0.0.1/",
        "https://exämple.org/",
        "https://example.org/#part",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://%6c%6fcalhost/",
        f"https://example.org/{'x' * 500}",
    ],
)
def test_what_is_no_plain_address_is_refused_with_a_sentence(url):
    with pytest.raises(TargetRefused, match=r"\.$"):
        targets.parse(url)


INSIDE = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",  # noqa: S104
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "203.0.113.5",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "2001:db8::1",
    "2001::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_that_is_not_public_is_refused(names, address):
    names["inside.example.org"] = [address]
    with pytest.raises(TargetRefused, match="no public address"):
        targets.check("https://inside.example.org/")


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_a_public_address_is_allowed_by_https_alone(names, address):
    names["example.org"] = [address]
    targets.check("https://example.org/")
    with pytest.raises(TargetRefused, match="use https"):
        targets.check("http://example.org/")


def test_of_several_addresses_each_has_to_be_allowed(names):
    names["example.org"] = ["1.1.1.1", "10.0.0.1"]
    with pytest.raises(TargetRefused, match=r"example\.org leads to 10\.0\.0\.1"):
        targets.check("https://example.org/")


def test_a_network_that_is_allowed_may_be_reached_with_http_too_and_no_other(names, settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("10.0.0.0/24"), ip_network("fd00::/64")]
    for host in ("10.0.0.7", "[fd00::1]", "[::ffff:10.0.0.7]"):
        targets.check(f"http://{host}/")
        targets.check(f"https://{host}/")
    for host in ("10.0.1.7", "[fd01::1]", "127.0.0.1"):
        with pytest.raises(TargetRefused, match="WEBHOOK_ALLOWED_NETWORKS"):
            targets.check(f"http://{host}/")


def test_a_name_that_leads_nowhere_can_be_saved_and_not_be_used(names):
    targets.check("https://later.example.org/")
    with pytest.raises(OSError, match="unknown"):
        targets.resolve(targets.parse("https://later.example.org/"))


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1"])
def test_this_machine_by_any_other_name_is_refused(host):
    with pytest.raises(TargetRefused, match="no public address"):
        targets.check(f"https://{host}/")


@pytest.mark.parametrize("host", ["a" * 64 + ".org", "a..b"])
def test_a_name_that_cannot_be_is_refused(host):
    with pytest.raises(TargetRefused, match="no name"):
        targets.check(f"https://{host}/")
