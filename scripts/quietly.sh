#!/bin/sh
# quietly.sh MESSAGE COMMAND…: says what begins, and shows the command's output only when it fails.
set -u
echo "$1"
shift
output=$(mktemp)
trap 'rm -f "$output"' EXIT
if "$@" >"$output" 2>&1 </dev/null; then exit 0; else status=$?; fi
cat "$output" >&2
echo "This step failed, its output is above: $*" >&2
exit "$status"
