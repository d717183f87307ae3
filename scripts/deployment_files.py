"""Checks of the files that a deployment is made of, by the programs that read them. Each yields what is wrong."""

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts.programs import ROOT, Unavailable, complaints
from tests.programs import caddy_program

DEPLOYMENT = ROOT / "docs/deployment"
CADDYFILE = str(DEPLOYMENT / "caddy/Caddyfile")


def compose() -> Iterator[str]:
    """Against the schema of the Compose specification."""
    yield from complaints("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")


def variables() -> Iterator[str]:
    """Whether each variable of docker-compose.yml can be set in .env and is explained."""
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    explained = (DEPLOYMENT / "README.md").read_text(encoding="utf-8")
    for name in sorted(used):
        if not re.search(rf"^{name}=", example, re.MULTILINE):
            yield f"docker-compose.yml uses {name}, which .env.example does not have: add it there."
        if f"| `{name}` |" not in explained:
            yield f"docker-compose.yml uses {name}: explain it in the table of docs/deployment/README.md."


def dockerfile() -> Iterator[str]:
    yield from complaints("hadolint", "--no-color", "Dockerfile")


def caddyfile() -> Iterator[str]:
    """Its format, and that Caddy takes it with both ways of finding the servers."""
    program = caddy_program()
    if program is None:
        raise Unavailable("caddy was not found: install Caddy")
    yield from complaints(program, "fmt", "--diff", CADDYFILE)
    with tempfile.TemporaryDirectory() as folder:
        # It makes a certificate authority of its own where it finds none.
        home = {"XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder}
        validate = [program, "validate", "--adapter", "caddyfile", "--config", CADDYFILE]
        yield from complaints(*validate, env=home)
        listed = {"REPLICAS": "listed", "UPSTREAMS": "127.0.0.1:1 127.0.0.1:2"}
        yield from complaints(*validate, env={**home, **listed})


def units() -> Iterator[str]:
    """The systemd units, as if what they start were installed."""
    with tempfile.TemporaryDirectory() as folder:
        copies = []
        for unit in sorted((DEPLOYMENT / "systemd").glob("*.service")):
            text = unit.read_text(encoding="utf-8")
            copy = Path(folder, unit.name)
            copy.write_text(re.sub(r"/opt/sense-live/\.venv/bin/python|/usr/bin/curl", sys.executable, text))
            copies.append(str(copy))
        yield from complaints("systemd-analyze", "verify", "--man=no", *copies)
