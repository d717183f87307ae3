"""The programs of docs/examples/ that post signed readings, as somebody who copies them runs them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.processes import HOST, ROOT, free_port
from tests.servers import Server

EXAMPLES = ROOT / "docs" / "examples"
PROGRAMS = {"signed-ingest.sh": "sh", "signed_ingest.py": sys.executable, "signed-ingest.mjs": "node"}
READING = '{"temperature": 21.5, "note_ü": 1}'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"))
    server.manage("migrate", "--verbosity", "0")
    with server:
        yield server


@pytest.fixture(scope="module")
def secret(server: Server) -> str:
    """Of the device `kitchen`."""
    command = "from liveapp.models import Device; print(Device.create(id='kitchen', name='Kitchen')[0].signing_secret)"
    return server.manage("shell", "--verbosity", "0", "-c", command).strip()


def run(name: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [PROGRAMS[name], str(EXAMPLES / name), *arguments]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("SENSE_")}
    return subprocess.run(
        command, env={**clean, **env}, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("end", ["", "\n"], ids=["a secret", "a secret with a line break behind it"])
def test_a_signed_reading_is_stored(server: Server, secret: str, name: str, end: str) -> None:
    done = run(name, READING, SENSE_URL=server.url, SENSE_DEVICE="kitchen", SENSE_SECRET=secret + end)
    ack = json.loads(done.stdout)
    assert (done.returncode, ack["type"], ack["stored"]) == (0, "ack", 1), done.stderr
    assert [entry["metric"] for entry in ack["rejected"]] == ["note_ü"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_refusal_is_shown_and_ends_with_another_status(server: Server, secret: str, name: str) -> None:
    done = run(name, READING, SENSE_URL=server.url, SENSE_DEVICE="cellar", SENSE_SECRET=secret)
    assert done.returncode != 0
    assert "The signature is not that of this device." in done.stdout + done.stderr


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_not_set_is_named(name: str) -> None:
    done = run(name, READING)
    assert done.returncode != 0
    assert "SENSE_URL" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_server_that_is_not_there_is_said_in_a_sentence(name: str) -> None:
    nowhere = f"http://{HOST}:{free_port()}"
    done = run(
        name, READING, SENSE_URL=nowhere, SENSE_DEVICE="kitchen", SENSE_SECRET="whsec_" + "A" * 43 + "="
    )
    assert done.returncode != 0
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
