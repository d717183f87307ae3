"""Runs a program that checks something, and gives what it is not content with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Where pip puts programs.
BIN = str(Path(sys.executable).parent)


class Unavailable(Exception):
    """This machine has not got the program; the message says why and how to mend it."""


def complaints(
    program: str, *arguments: str, folder: Path = ROOT, env: Mapping[str, str] | None = None
) -> Iterator[str]:
    """What it wrote, when it failed; nothing when all is fine. Raises Unavailable."""
    found = shutil.which(program, path=BIN) or shutil.which(program)
    if found is None:
        raise Unavailable(f"{program} was not found; where PyPI has none for a machine, install it by hand")
    done = subprocess.run(
        [found, *arguments],
        cwd=folder,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        yield done.stdout.rstrip()
