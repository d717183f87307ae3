"""Writes .env from .env.example with random passwords, for `make env`."""

import os
import re
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def fill_secrets(template: str) -> str:
    """Every NAME_PASSWORD= and SECRET_KEY= that stands empty gets a random value."""
    # Letters, digits, - and _ only: safe in a URL and in the shell.
    return re.sub(
        r"(PASSWORD|SECRET_KEY)=$",
        lambda match: f"{match[0]}{secrets.token_urlsafe(48)}",
        template,
        flags=re.MULTILINE,
    )


def write_private(path: Path, text: str) -> None:
    """O_EXCL: an existing file is never overwritten; 0600 from the first byte on."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def main() -> int:
    try:
        write_private(ROOT / ".env", fill_secrets((ROOT / ".env.example").read_text(encoding="utf-8")))
    except FileExistsError:
        print(".env is there already and was left as it is. To get new passwords, move it away first.")
        return 0
    print("Wrote .env with new random passwords. Only you can read it; it is never committed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
