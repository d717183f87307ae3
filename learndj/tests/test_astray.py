import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(("path", "kind"), [("/", "text/plain"), ("/api/ingest/", "application/json")])
def test_a_name_that_is_not_the_servers_is_answered_with_the_setting_to_change(client, path, kind):
    answer = client.post(path, headers={"host": "192.168.1.5:8000"})
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (400, kind)
    assert 'does not answer to the name "192.168.1.5:8000"' in _detail(answer)
    assert "ALLOWED_HOSTS" in _detail(answer)


def test_the_public_address_is_named_to_who_came_by_another(client, settings):
    settings.PUBLIC_URL = "https://sense.example.org"
    answer = client.get("/", headers={"host": "10.0.0.7"})
    assert "Use https://sense.example.org" in answer.content.decode()


def test_a_name_that_is_markup_or_long_is_quoted_as_text_and_cut(client):
    answer = client.get("/", headers={"host": "<b>" + "x" * 1_000})
    assert answer["Content-Type"].startswith("text/plain")
    assert len(answer.content) < 500


@pytest.mark.parametrize("path", ["/ws/live/", "/ws/device/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_websockets_address_without_one_says_what_a_proxy_has_to_pass_on(client, path, method):
    answer = client.generic(method, path)
    assert (answer.status_code, answer["Upgrade"], answer.json()["code"]) == (
        426,
        "websocket",
        "upgrade_required",
    )
    assert "Upgrade and Connection" in answer.json()["detail"]


def _detail(answer):
    return answer.json()["detail"] if "json" in answer["Content-Type"] else answer.content.decode()


def test_names_that_are_allowed_come_beside_the_usual_ones():
    command = [sys.executable, "-c", "from learndj import settings; print(*settings.ALLOWED_HOSTS)"]
    env = {**os.environ, "ALLOWED_HOSTS": "192.168.1.5, sense.lan"}
    names = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.split()
    assert {"localhost", "192.168.1.5", "sense.lan"} <= set(names)
