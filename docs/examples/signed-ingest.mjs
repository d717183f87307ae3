// Post a reading that is signed instead of sent with the device's token. Node.js 18 or newer, nothing to install.
//
//   export SENSE_URL=http://localhost:8000 SENSE_DEVICE=kitchen SENSE_SECRET=whsec_…
//   node signed-ingest.mjs '{"temperature": 21.5}'
import { createHmac, randomUUID } from 'node:crypto'

/** The headers that go with a body, as Standard Webhooks has them; another id for each request. */
function signed(secret, body) {
  const id = `msg_${randomUUID()}`
  const time = String(Math.floor(Date.now() / 1000))
  const key = Buffer.from(secret.trim().replace('whsec_', ''), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${signature}` }
}

const { SENSE_URL, SENSE_DEVICE, SENSE_SECRET } = process.env
const body = process.argv[2]
if (!SENSE_URL || !SENSE_DEVICE || !SENSE_SECRET || !body) {
  console.error('Set SENSE_URL, SENSE_DEVICE, SENSE_SECRET, and give the reading: \'{"temperature": 21.5}\'')
  process.exit(1)
}
const headers = { 'Content-Type': 'application/json', 'Sense-Device': SENSE_DEVICE, ...signed(SENSE_SECRET, body) }
try {
  const answer = await fetch(new URL('/api/ingest/', SENSE_URL), { method: 'POST', headers, body })
  ;(answer.ok ? console.log : console.error)(await answer.text())
  process.exitCode = answer.ok ? 0 : 1
} catch (error) {
  console.error(`The server cannot be reached: ${error.cause?.message ?? error.message}`)
  process.exitCode = 1
}
