"""Settings are found, checked all at once, and shown without the token."""

from pathlib import Path

import pytest

from utils.publisher.config import ConfigProblems, load
from utils.publisher.options import OPTIONS

URL = "ws://127.0.0.1:8000/ws/device/"
TOKEN = {"SENSE_TOKEN": "kitchen.secret"}


def problems(arguments, environment) -> str:
    with pytest.raises(ConfigProblems) as raised:
        load(arguments, environment)
    return str(raised.value)


def test_an_address_and_a_token_are_enough():
    config = load(["--url", URL], TOKEN)
    assert (config.url, config.token, config.sensor, config.interval) == (URL, "kitchen.secret", "auto", None)


def test_the_command_line_goes_before_the_environment_before_the_file(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(
        f'url = "{URL}"\ninterval = 1\nack_timeout = 1\nbacklog_rate = 1\nsimulator_sequence = true\n'
    )
    environment = TOKEN | {"SENSE_INTERVAL": "2", "SENSE_ACK_TIMEOUT": "2"}
    config = load(["--config", str(file), "--interval", "3"], environment)
    assert (config.interval, config.ack_timeout, config.backlog_rate) == (3, 2, 1)
    assert config.simulator_sequence is True


def test_a_switch_in_the_environment_can_turn_one_of_the_file_off(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text("simulator_sequence = true\n")
    environment = TOKEN | {"SENSE_SIMULATOR_SEQUENCE": "no", "SENSE_CONFIG": str(file)}
    assert load(["--url", URL], environment).simulator_sequence is False


def test_all_problems_are_told_at_once():
    text = problems(
        ["--url", "server:8000", "--interval", "soon", "--sensor", "thermometer", "--commit-readings", "1.5"],
        {},
    )
    for part in ("--url", "--interval", "--sensor", "--commit-readings", "The token"):
        assert part in text


def test_an_unknown_option_in_the_file_is_a_problem(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('intervall = 5\ntoken = "secret"\n')
    text = problems(["--url", URL, "--config", str(file)], TOKEN)
    assert "no option intervall" in text
    assert "token_file" in text


@pytest.mark.parametrize(("content", "word"), [("url = ", "TOML"), (None, "cannot be read")])
def test_an_unreadable_file_is_a_problem(tmp_path, content, word):
    file = tmp_path / "config.toml"
    if content is not None:
        file.write_text(content)
    assert word in problems(["--url", URL, "--config", str(file)], TOKEN)


@pytest.mark.parametrize("value", ["nan", "inf", "0", "-1", "1e9"])
def test_an_impossible_interval_is_a_problem(value):
    assert "--interval" in problems(["--url", URL, f"--interval={value}"], TOKEN)


def test_an_unreadable_ca_file_is_a_problem(tmp_path):
    file = tmp_path / "ca.pem"
    file.write_text("nothing")
    assert "--ca-file" in problems(["--url", "wss://server/", "--ca-file", str(file)], TOKEN)


def test_the_token_is_never_shown():
    config = load(["--url", URL], TOKEN)
    assert "kitchen.secret" not in config.shown() + repr(config)
    assert "set, not shown" in config.shown()


def test_everything_else_is_shown():
    shown = load(["--url", URL], TOKEN).shown()
    assert all(f"  {option.name} = " in shown for option in OPTIONS)


def test_an_unencrypted_token_over_a_network_is_warned_of():
    assert any("unencrypted" in warning for warning in load(["--url", "ws://server:8000"], TOKEN).warnings)
    assert not load(["--url", URL], TOKEN).warnings
    assert not load(["--url", "wss://server"], TOKEN).warnings


def test_the_spool_lies_in_systemds_state_folder():
    config = load(["--url", URL], TOKEN | {"STATE_DIRECTORY": "/var/lib/sense-publisher"})
    assert config.spool == Path("/var/lib/sense-publisher/spool.db")


def test_the_example_file_is_valid_and_shows_the_defaults(tmp_path):
    example = Path(__file__).parents[1] / "config.example.toml"
    lines = [line.removeprefix("# ") for line in example.read_text().splitlines()]
    settings = [line for line in lines if line.split(" = ")[0] in {option.name for option in OPTIONS}]
    shown = {line.split(" = ")[0]: line.split(" = ")[1].split("#")[0].strip(' "') for line in settings}
    defaults = {option.name: option.default for option in OPTIONS}
    assert len(shown) >= 10
    for name in shown.keys() - {"url", "token_file", "ca_file", "interval", "heat_factor"}:
        assert shown[name] == str(defaults[name])
    load(["--config", str(example)], TOKEN)


def test_every_option_stands_in_the_readme():
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    missing = [option.name for option in OPTIONS if f"`{option.flag}" not in readme]
    assert not missing
    for option in OPTIONS:
        row = next(line for line in readme.splitlines() if line.startswith(f"| `{option.flag}"))
        default = f"{option.default:g}" if isinstance(option.default, float) else str(option.default)
        assert default in row or option.default in (None, False)


def test_the_help_shows_every_option_and_never_asks_for_the_token(capsys):
    with pytest.raises(SystemExit):
        load(["--help"], {})
    text = capsys.readouterr().out
    assert all(option.flag in text for option in OPTIONS)
    assert "examples:" in text
    assert "--token " not in text
