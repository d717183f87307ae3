"""The systemd unit fits the program it starts."""

from pathlib import Path

from utils.publisher.options import OPTIONS

FOLDER = Path(__file__).parents[1]
UNIT = (FOLDER / "sense-publisher.service").read_text(encoding="utf-8").splitlines()


def values(key: str) -> list[str]:
    return [line.split("=", 1)[1] for line in UNIT if line.startswith(f"{key}=")]


def test_it_is_restarted_for_ever_and_watched():
    assert values("Type") == ["notify"]
    assert values("Restart") == ["always"]
    assert values("StartLimitIntervalSec") == ["0"]
    assert values("WatchdogSec") == ["60"]


def test_the_token_comes_as_a_credential_of_the_name_the_program_looks_for():
    assert [value.split(":")[0] for value in values("LoadCredential")] == ["token"]


def test_the_command_uses_options_that_exist():
    (command,) = values("ExecStart")
    flags = {word for word in command.split() if word.startswith("--")}
    assert flags <= {option.flag for option in OPTIONS} | {"--config"}


def test_spool_and_home_lie_in_the_state_directory_and_the_rest_is_read_only():
    (state,) = values("StateDirectory")
    assert f"HOME=/var/lib/{state}" in values("Environment")
    assert values("ProtectSystem") == ["strict"]


def test_only_the_three_devices_of_the_board_are_open():
    assert values("DevicePolicy") == ["closed"]
    assert [value.split()[0] for value in values("DeviceAllow")] == ["char-i2c", "char-input", "char-fb"]
    assert values("SupplementaryGroups") == ["i2c video input"]


def test_readings_do_not_wait_for_network_or_time():
    waits = " ".join(values("After") + values("Wants") + values("Requires"))
    assert "network-online" not in waits
    assert "time-sync" not in waits


def test_every_path_of_the_unit_stands_in_the_readme():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in (
        "/opt/sense-publisher/venv",
        "/etc/sense-publisher/config.toml",
        "/etc/sense-publisher/token",
    ):
        assert path in readme
