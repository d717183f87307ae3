"""The device's token: where it is looked for, and whether it can be one."""

import stat
from collections.abc import Mapping
from pathlib import Path


def find_token(
    named: str | None, environment: Mapping[str, str], in_file: Path | None, warnings: list[str]
) -> str:
    """The token: from the file named on the command line, SENSE_TOKEN, a file named elsewhere, systemd; in this order.

    Raises `ValueError` in plain words when there is none, or none that can be one; adds to `warnings`.
    """
    if not named and environment.get("SENSE_TOKEN"):
        return _checked(environment["SENSE_TOKEN"], "SENSE_TOKEN")
    credentials = environment.get("CREDENTIALS_DIRECTORY")
    file = in_file or (Path(credentials) / "token" if credentials else None)
    if file is None:
        raise ValueError("it is missing; set SENSE_TOKEN, or name a file with --token-file")
    return _checked(_read(file, warnings), str(file))


def _read(file: Path, warnings: list[str]) -> str:
    try:
        token = file.read_text(encoding="utf-8")
        others_may_read = file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH)
    except (OSError, ValueError) as error:
        raise ValueError(
            f"its file cannot be read ({error}); give this user the right to, or name another"
        ) from error
    if others_may_read:
        warnings.append(
            f"Others on this machine can read the token in {file}; mend that with: chmod 600 {file}"
        )
    return token


def _checked(token: str, place: str) -> str:
    token = token.strip()
    if not token:
        raise ValueError(f"{place} is empty; put the device's token into it")
    if not all("!" <= letter <= "~" for letter in token):
        raise ValueError(f"{place} holds something with spaces or odd letters in it; copy the token again")
    return token
