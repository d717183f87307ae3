"""`make env`: writes .env from .env.example with random passwords, or adds to an older one what is new since."""

import os
import re
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def fill_secrets(template: str) -> str:
    """Every NAME_PASSWORD=, SECRET_KEY= and METRICS_TOKEN= that stands empty gets a random value."""
    # 0-9 and a-f only: safe in a URL, in the shell, and as a word of a command.
    return re.sub(
        r"(PASSWORD|SECRET_KEY|METRICS_TOKEN)=$",
        lambda match: f"{match[0]}{secrets.token_hex(32)}",
        template,
        flags=re.MULTILINE,
    )


def names(text: str) -> list[str]:
    return re.findall(r"^(\w+)=", text, flags=re.MULTILINE)


def missing_lines(template: str, present: str) -> list[str]:
    """The lines of the template that set what `present` does not set."""
    known = set(names(present))
    return [line for line in template.splitlines() if set(names(line)) - known]


def write_private(path: Path, text: str) -> None:
    """O_EXCL: an existing file is never overwritten; 0600 from the first byte on."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def add_missing(path: Path, template: str) -> str:
    """What was done to an existing file, in words. Nothing that stands in it is changed."""
    lines = missing_lines(template, path.read_text(encoding="utf-8"))
    if not lines:
        return ".env is there already and was left as it is. To get new passwords, move it away first."
    with path.open("a", encoding="utf-8") as file:
        file.write("\n" + fill_secrets("\n".join(lines)) + "\n")
    return f"Added to .env what was new: {', '.join(names(chr(10).join(lines)))}. The rest was left as it is."


def let_containers_read(folder: Path) -> None:
    """Containers have users of their own: whatever the umask was, they may read what Compose mounts from here."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))


def main(root: Path = ROOT) -> int:
    if (mounted := root / "docs/deployment").is_dir():
        let_containers_read(mounted)
    template = (root / ".env.example").read_text(encoding="utf-8")
    try:
        write_private(root / ".env", fill_secrets(template))
        print("Wrote .env with new random passwords. Only you can read it; it is never committed.")
    except FileExistsError:
        print(add_missing(root / ".env", template))
    return 0


if __name__ == "__main__":
    sys.exit(main())
