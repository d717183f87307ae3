#!/bin/sh
# python_venv.sh PYTHON FOLDER: makes a virtual environment, or says plainly what is missing for one.
set -eu
python=$1
folder=$2

refuse() {
    echo "$1" >&2
    exit 1
}

command -v "$python" >/dev/null ||
    refuse "$python was not found. Install Python 3.11 or newer (Debian: apt install python3 python3-venv), or name yours: make run PYTHON=/path/to/python3"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    refuse "$("$python" --version) is too old: Python 3.11 or newer is needed. Name a newer one: make run PYTHON=/path/to/python3"
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    refuse "Python's venv module is missing. Install it (Debian: apt install python3-venv), then try again."
echo "Making a Python environment in $folder…"
exec "$python" -m venv "$folder"
