"""The settings of one run: command line before environment before file before defaults, all checked at once."""

import argparse
import ssl
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from . import __version__
from .address import is_local, websocket_url
from .credentials import find_token
from .options import OPTIONS, Option
from .reader import CPU_FILE, read_cpu_temperature

GROUPS = {
    "server": "the server",
    "sensor": "the sensor",
    "spool": "the spool: readings wait in it until the server has them",
    "sending": "sending",
    "log": "the log",
    "rehearsal": "for rehearsals and searching faults",
}
EXAMPLES = """\
The token never stands on the command line. It is taken from SENSE_TOKEN, from --token-file, or from systemd's
credentials (LoadCredential=token:…). Every option can also be set as SENSE_<OPTION> in the environment, or in a
TOML file (--config); the command line comes first, then the environment, then the file.

examples:
  try it without a board:
    SENSE_TOKEN=kitchen.wq3Z… python -m publisher --url ws://server:8000/ws/device/ --sensor simulator
  look at the settings and at one reading, without connecting:
    python -m publisher --config config.toml --check
  a board with a wrong temperature because of its processor:
    python -m publisher --config config.toml --heat-factor 1.5
"""


@dataclass(frozen=True)
class Config:
    """Everything set for one run; times in seconds. `warnings` are worth a line each."""

    url: str
    token: str = field(repr=False)
    ca_file: Path | None
    sensor: str
    interval: float | None
    heat_factor: float | None
    simulator_seed: int | None
    simulator_sequence: bool
    spool: Path
    spool_max_readings: int
    commit_interval: float
    commit_readings: int
    backlog_rate: float
    ack_timeout: float
    reconnect_limit: float
    refused_wait: float
    log_level: str
    summary_interval: float
    record: Path | None
    clock_file: Path | None
    token_file: Path | None = None
    check: bool = False
    warnings: tuple[str, ...] = ()

    def tls(self) -> ssl.SSLContext | None:
        """The TLS settings for a wss:// address. Raises `OSError` or `ValueError` for a bad CA file."""
        if not self.url.startswith("wss:"):
            return None
        return ssl.create_default_context(cafile=self.ca_file)

    def shown(self) -> str:
        """The settings, a line each, without the token."""
        lines = [f"  {entry.name} = {getattr(self, entry.name)}" for entry in fields(self) if entry.repr]
        hidden = {"  check", "  warnings"}
        shown = [line for line in lines if line.split(" = ")[0] not in hidden]
        return "\n".join([*shown, f"  token = {'set, not shown' if self.token else 'missing'}"])


class ConfigProblems(Exception):
    """All that is wrong with the settings, a sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load(arguments: Sequence[str], environment: Mapping[str, str]) -> Config:
    """The settings for `arguments`, `environment` and the file they name. Raises `ConfigProblems`."""
    parsed = vars(_parser().parse_args(arguments))
    problems: list[str] = []
    config_file = parsed.pop("config") or environment.get("SENSE_CONFIG")
    from_file = _read_file(Path(config_file), problems) if config_file else {}
    values = {
        option.name: _value(option, parsed[option.name], environment, from_file, problems)
        for option in OPTIONS
    }
    values["spool"] = values["spool"] or default_spool(environment)
    warnings: list[str] = []
    values["url"] = _try(problems, "--url", lambda: websocket_url(values["url"])) or ""
    values["token"] = _try(
        problems,
        "The token",
        lambda: find_token(parsed["token_file"], environment, values["token_file"], warnings),
    )
    config = Config(**values, check=parsed["check"], warnings=(*warnings, *_warnings(values["url"])))
    problems += _checks(config)
    if problems:
        raise ConfigProblems(problems)
    return config


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="publisher",
        description="Reads a Sense HAT and sends every reading to a Sense Live server, exactly once.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--config", metavar="FILE", help="a TOML file with any of the options below")
    parser.add_argument("--check", action="store_true", help="show the settings and one reading, and end")
    parser.add_argument("--version", action="version", version=f"sense-publisher {__version__}")
    for name, title in GROUPS.items():
        group = parser.add_argument_group(title)
        for option in (option for option in OPTIONS if option.group == name):
            _add(group, option)
    return parser


def _add(group: argparse._ArgumentGroup, option: Option) -> None:
    if option.is_switch:
        group.add_argument(option.flag, action="store_const", const="true", help=option.help)
        return
    default = "" if option.default is None else f" (default {option.default})"
    group.add_argument(option.flag, metavar=option.metavar, help=option.help + default)


def _read_file(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problems.append(f"--config {path}: it cannot be read ({error.strerror}).")
        return {}
    except ValueError as error:
        problems.append(f"--config {path}: it is not valid TOML ({error}).")
        return {}
    for name in sorted(settings.keys() - {option.name for option in OPTIONS}):
        hint = (
            "put the token into a file of its own and name that as token_file"
            if name == "token"
            else "see --help"
        )
        problems.append(f"--config {path}: there is no option {name}; {hint}.")
    return settings


def _value(
    option: Option,
    argument: str | None,
    environment: Mapping[str, str],
    from_file: Mapping[str, Any],
    problems: list[str],
) -> Any:
    if argument is not None:
        return _read(option, option.flag, argument, problems)
    if option.variable in environment:
        return _read(option, option.variable, environment[option.variable], problems)
    if option.name in from_file:
        value = from_file[option.name]
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return _read(option, f"{option.name} in the file", text, problems)
    return option.default


def _read(option: Option, place: str, text: str, problems: list[str]) -> Any:
    value = _try(problems, f"{place} = {text!r}", lambda: option.read(text))
    return option.default if value is None else value


def _try(problems: list[str], place: str, work: Callable[[], Any]) -> Any:
    try:
        return work()
    except ValueError as error:
        problems.append(f"{place}: {error}.")
        return None


def default_spool(environment: Mapping[str, str]) -> Path:
    """Where the spool is unless told otherwise: systemd's state folder, or the user's."""
    if environment.get("STATE_DIRECTORY"):
        return Path(environment["STATE_DIRECTORY"].split(":")[0]) / "spool.db"
    state = environment.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "sense-publisher" / "spool.db"


def _warnings(url: str) -> Iterable[str]:
    if url.startswith("ws:") and not is_local(url):
        yield "The token travels unencrypted over ws://; with TLS at the server, use wss:// instead."


def _checks(config: Config) -> Iterable[str]:
    try:
        config.tls()
    except (OSError, ValueError) as error:
        yield f"--ca-file {config.ca_file}: no certificates can be read from it ({error})."
    if config.heat_factor is not None and read_cpu_temperature().get("cpu_temperature") is None:
        yield f"--heat-factor needs the processor's temperature, and {CPU_FILE} does not tell it here."
