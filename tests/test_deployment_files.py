"""What docker-compose.yml and .env promise, as far as it can be seen without Docker."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import redis

from learndj.server import new_server
from liveapp.process import CLOSE_S
from scripts import write_env
from tests import compose
from tests.processes import HOST, ROOT, Process, free_port
from tests.programs import redis_program

APP = {"migrate", "web", "worker", "proxy"}


@pytest.fixture
def env(tmp_path: Path) -> Path:
    return compose.new_env(tmp_path)


@pytest.fixture
def variables(env: Path) -> dict[str, str]:
    return compose.variables(env)


@pytest.fixture
def file(variables: dict[str, str]) -> dict[str, Any]:
    return compose.load(variables)


def test_make_env_writes_a_private_file_with_a_password_of_its_own_for_each(env: Path) -> None:
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    values = compose.variables(env)
    secrets = [value for name, value in values.items() if name.endswith(("PASSWORD", "SECRET_KEY"))]
    assert len(secrets) == len(set(secrets)) == 4
    # Nothing that a command or a URL reads as anything but a value.
    assert all(re.fullmatch("[0-9a-f]{50,}", value) for value in secrets)


def test_make_env_again_changes_nothing(env: Path) -> None:
    before = env.read_bytes()
    write_env.main(env.parent)
    assert env.read_bytes() == before


def test_make_env_lets_containers_read_what_is_mounted_whatever_the_umask_was(env: Path) -> None:
    script = env.parent / "docs/deployment/mongodb/create-user.js"
    script.parent.mkdir(parents=True, mode=0o700)
    script.touch(mode=0o600)
    write_env.main(env.parent)
    assert stat.S_IMODE(script.stat().st_mode) == 0o644
    assert stat.S_IMODE(script.parent.stat().st_mode) == 0o755
    assert stat.S_IMODE(env.stat().st_mode) == 0o600


def test_make_env_adds_what_an_older_file_lacks_and_leaves_the_rest(env: Path) -> None:
    env.write_text("SECRET_KEY=mine\nREDIS_PASSWORD=old\n")
    write_env.main(env.parent)
    values = compose.variables(env)
    assert (values["SECRET_KEY"], values["REDIS_PASSWORD"]) == ("mine", "old")
    assert len(values["MONGODB_PASSWORD"]) >= 50
    assert values["REDIS_URL"] == "redis://:old@127.0.0.1:6379/0"
    assert stat.S_IMODE(env.stat().st_mode) == 0o600


def test_a_shell_gets_addresses_with_the_passwords_in_them(variables: dict[str, str]) -> None:
    assert variables["REDIS_URL"] == f"redis://:{variables['REDIS_PASSWORD']}@127.0.0.1:6379/0"
    assert f":{variables['MONGODB_PASSWORD']}@127.0.0.1:27017/" in variables["DATABASE_URL"]


def test_without_passwords_nothing_starts() -> None:
    with pytest.raises(KeyError, match="run make env first"):
        compose.load({})


def test_redis_and_mongodb_start_alone_and_the_rest_with_the_profile(file: dict[str, Any]) -> None:
    with_profile = {name for name, service in file["services"].items() if service.get("profiles") == ["app"]}
    assert with_profile == APP
    assert set(file["services"]) - with_profile == {"redis", "mongodb"}


def test_no_container_may_do_more_than_it_needs(file: dict[str, Any]) -> None:
    for service in file["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["mem_limit"]
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
    users = {name: service.get("user", "") for name, service in file["services"].items()}
    # The server's image names its user itself.
    assert all(re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[name]) for name in ("redis", "mongodb", "proxy"))
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


def test_only_the_proxy_is_open_to_the_network(file: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in file["services"].items() if "ports" in service}
    assert published.pop("proxy") == ["80:80", "443:443", "443:443/udp"]
    assert set(published) == {"redis", "mongodb"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_servers_and_databases_have_no_way_out(file: dict[str, Any]) -> None:
    inside = {name for name, network in file["networks"].items() if network and network.get("internal")}
    assert inside == {"data", "front"}
    for name in ("web", "migrate"):
        assert set(file["services"][name]["networks"]) <= inside
    # It sends to webhooks, and nobody comes in through it.
    assert set(file["services"]["worker"]["networks"]) == {"data", "outside"}
    assert "ports" not in file["services"]["worker"]
    assert set(file["services"]["proxy"]["networks"]) == {"outside", "front"}
    assert "outside" not in {*file["services"]["redis"]["networks"], *file["services"]["mongodb"]["networks"]}


def test_one_service_builds_the_image_and_the_others_never_look_for_it_elsewhere(
    file: dict[str, Any],
) -> None:
    ours = {name: service for name, service in file["services"].items() if service["image"] == "sense-live"}
    assert [name for name, service in ours.items() if "build" in service] == ["web"]
    assert {name: service.get("pull_policy") for name, service in ours.items()} == {
        "web": None,
        "migrate": "never",
        "worker": "never",
    }


def test_a_setting_in_env_reaches_the_servers_and_an_empty_one_counts_as_not_set(
    variables: dict[str, str], file: dict[str, Any]
) -> None:
    chosen = {"DEVICE_MESSAGES_BURST": "300", "LOG_LEVEL": "DEBUG", "NUM_PROXIES": "2"}
    services = compose.load({**variables, **chosen, "GLOBAL_OPTIONS": "default_sni 192.0.2.5"})["services"]
    assert chosen.items() <= services["web"]["environment"].items()
    assert services["proxy"]["environment"]["GLOBAL_OPTIONS"] == "default_sni 192.0.2.5"
    told = "s.DEVICE_MESSAGES_BURST, s.REST_FRAMEWORK['NUM_PROXIES'], s.ALLOWED_HOSTS[0]"
    command = [sys.executable, "-c", f"from learndj import settings as s; print({told})"]
    env = {**os.environ, **file["services"]["web"]["environment"]}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["200", "1", "localhost"]


def test_every_image_has_a_tag_that_is_not_latest(file: dict[str, Any]) -> None:
    images = {service["image"] for service in file["services"].values() if service["image"] != "sense-live"}
    images |= set(re.findall(r"^FROM (?:--\S+ )?(\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    assert len(images) == 5
    assert all(re.fullmatch(r"[a-z]+:\d[\w.-]*", image) for image in images)


def test_a_server_gets_more_time_to_stop_than_it_takes(file: dict[str, Any]) -> None:
    uvicorn_s = new_server(host=HOST, port=1).config.timeout_graceful_shutdown
    assert uvicorn_s is not None
    # One commit may take this long to fail (wTimeoutMS), then the sockets are closed, then uvicorn waits.
    needed_s = 10 + CLOSE_S + uvicorn_s
    assert int(file["services"]["web"]["stop_grace_period"].removesuffix("s")) > needed_s
    assert int(unit("sense-live@")["TimeoutStopSec"]) > needed_s


def unit(name: str) -> dict[str, str]:
    """The settings of a systemd unit."""
    text = (ROOT / "docs/deployment/systemd" / f"{name}.service").read_text(encoding="utf-8")
    return dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))


@pytest.mark.parametrize("name", ["sense-live@", "sense-live-worker"])
def test_a_unit_waits_for_its_tables_however_late_the_database_comes(name: str, tmp_path: Path) -> None:
    waiting, migrate = unit(name), unit("sense-live-migrate")
    # Had it required the other one, it would not be tried again where that one failed.
    assert "Requires" not in waiting
    assert all("sense-live-migrate.service" in waiting[setting].split() for setting in ("Wants", "After"))
    assert waiting["Restart"] == "always"
    assert waiting["StartLimitIntervalSec"] == migrate["StartLimitIntervalSec"] == "0"

    place = {"DATABASE_URL": f"sqlite:///{tmp_path}/sense-live.sqlite3", "DATA_DIR": str(tmp_path)}

    def run(command: str) -> int:
        words = command.replace("/opt/sense-live/.venv/bin/python", sys.executable).split()
        env = {**os.environ, **place}
        return subprocess.run(words, cwd=ROOT, env=env, capture_output=True, check=False).returncode

    assert run(waiting["ExecStartPre"]) != 0
    assert run(migrate["ExecStart"]) == 0
    assert run(waiting["ExecStartPre"]) == 0


def test_a_server_may_read_what_metrics_of_its_process_need() -> None:
    # prometheus_client reads /proc/stat, which ProcSubset=pid hides.
    assert "ProcSubset" not in unit("sense-live@")


class ComposedRedis(Process):
    """redis-server by the very command of the Compose file, on a port of its own."""

    def __init__(self, folder: Path, service: dict[str, Any]) -> None:
        self.port = free_port()
        program, options = (
            redis_program() or "redis-server",
            f"--bind {HOST} --port {self.port} --dir {folder}",
        )
        *shell, script = service["command"]
        script = script.replace("redis-server -", f"{program} - {options}")
        super().__init__("redis", [*shell, script], folder=folder, env=service["environment"])

    def client(self, password: str | None) -> redis.Redis:
        return redis.Redis(HOST, self.port, password=password, socket_timeout=5)

    def ready(self) -> bool:
        try:
            with self.client(self.env["REDISCLI_AUTH"]) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


def test_redis_takes_its_password_unseen_and_keeps_nothing(file: dict[str, Any], tmp_path: Path) -> None:
    with ComposedRedis(tmp_path, file["services"]["redis"]) as server:
        with server.client(None) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()
        with server.client(server.env["REDISCLI_AUTH"]) as client:
            told = {name: client.config_get(name)[name] for name in ("save", "appendonly", "maxmemory")}
            assert told == {"save": "", "appendonly": "no", "maxmemory": str(128 * 1024**2)}
        if os.path.isdir("/proc/self"):
            command_line = Path(f"/proc/{server.pid}/cmdline").read_bytes()
            assert b"redis-server" in command_line
            assert server.env["REDISCLI_AUTH"].encode() not in command_line
