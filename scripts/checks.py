"""Style, types, the direction of imports, and the files of a deployment: one line a check."""

import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from scripts import deployment_files
from scripts.programs import ROOT, Unavailable, complaints

Check = Callable[[], Iterable[str]]


def frontend(program: str, *arguments: str) -> Check:
    command = [str(ROOT / "scripts/with_node.sh"), f"node_modules/.bin/{program}", *arguments]
    return partial(complaints, *command, folder=ROOT / "frontend")


CHECKS: dict[str, Check] = {
    "ruff": partial(complaints, "ruff", "check", "--quiet", "--output-format=concise", "."),
    "format": partial(complaints, "ruff", "format", "--check", "--quiet", "--output-format=concise", "."),
    "mypy": partial(complaints, "mypy", "--no-error-summary"),
    "imports": partial(complaints, "lint-imports"),
    "compose": deployment_files.compose,
    "variables": deployment_files.variables,
    "dockerfile": deployment_files.dockerfile,
    "caddyfile": deployment_files.caddyfile,
    "units": deployment_files.units,
    "tsc": frontend("tsc", "--noEmit"),
    "eslint": frontend("eslint", ".", "--max-warnings", "0"),
    "prettier": frontend("prettier", "--check", "--log-level", "warn", "."),
}


def verdict(name: str, check: Check) -> tuple[str, bool]:
    """One line, with what is wrong above it; and whether the check failed."""
    try:
        problems = list(check())
    except Unavailable as reason:
        return f"check {name}: skipped: {reason}", False
    return "\n".join([*problems, f"check {name}: {'failed' if problems else 'fine'}"]), bool(problems)


def main() -> int:
    # Two at a time, printed in order: mypy and the frontend's take the longest.
    with ThreadPoolExecutor(2) as pool:
        runs = {name: pool.submit(verdict, name, check) for name, check in CHECKS.items()}
        failed = []
        for name, run in runs.items():
            line, has_failed = run.result()
            print(line, flush=True)
            failed += [name] * has_failed
    if failed:
        print(f"Failed: {', '.join(failed)}. `make format` mends the format of Python and frontend files.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
