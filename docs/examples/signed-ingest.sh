#!/bin/sh
# Post a reading that is signed instead of sent with the device's token. Needs curl (7.76 or newer) and openssl.
#
#   export SENSE_URL=http://localhost:8000 SENSE_DEVICE=kitchen SENSE_SECRET=whsec_…
#   sh signed-ingest.sh '{"temperature": 21.5}'
#
# The key stands on openssl's command line for a moment, where others on the same machine can read it.
set -eu
: "${SENSE_URL:?the address of the server}" "${SENSE_DEVICE:?the id of the device}" "${SENSE_SECRET:?its signing secret, whsec_…}"

body=${1:?the reading, such as \{\"temperature\": 21.5\}}
id=msg_$(openssl rand -hex 16)
time=$(date +%s)
secret=$(printf %s "${SENSE_SECRET#whsec_}" | tr -d '[:space:]')
key=$(printf %s "$secret" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
signature=$(printf %s "$id.$time.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)

# The body byte for byte as it was signed: `--data` would take line breaks out of it.
curl --silent --show-error --fail-with-body --header "Sense-Device: $SENSE_DEVICE" --header "webhook-id: $id" \
    --header "webhook-timestamp: $time" --header "webhook-signature: v1,$signature" \
    --header 'Content-Type: application/json' --data-binary "$body" "${SENSE_URL%/}/api/ingest/"
