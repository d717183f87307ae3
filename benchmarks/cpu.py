"""Processor seconds of a process, as the kernel counts them."""

import os
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
# Fields of /proc/<pid>/stat behind the name in brackets: time in user space and in the kernel.
USER, KERNEL = 11, 12


class NoProcFileSystem(Exception):
    """This machine does not tell a process's processor time in /proc."""


def check() -> None:
    if not Path("/proc/self/stat").exists():
        raise NoProcFileSystem("Fan-out is measured on Linux only: it reads processor time from /proc.")


def used_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[USER]) + int(fields[KERNEL])) / TICKS_PER_S
