// Receives webhooks of Sense Live and prints those that are genuine. Node 18 or newer, nothing to install:
//   SENSE_WEBHOOK_SECRET=whsec_… node webhook-receiver.mjs 8100
// It listens on this machine alone; `… 8100 0.0.0.0` lets others reach it too. The server has to be allowed to send there
// (WEBHOOK_ALLOWED_NETWORKS), unless TLS and a public name are in front.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

const TOLERANCE_S = 300
const MAX_BODY_BYTES = 1024 * 1024
const REMEMBERED = 10_000
const [port = '8100', host = '127.0.0.1'] = process.argv.slice(2)
const secret = (process.env.SENSE_WEBHOOK_SECRET ?? '').trim()
if (!/^whsec_[A-Za-z0-9+/]{32,}=*$/.test(secret))
  end("Set SENSE_WEBHOOK_SECRET to the webhook's secret, whsec_ and 44 characters.")
const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
const seen = new Set()

function end(why) {
  console.error(why)
  process.exit(1)
}

function isGenuine(headers, body) {
  const { 'webhook-id': id = '', 'webhook-timestamp': time = '', 'webhook-signature': given = '' } = headers
  if (!id || !/^[0-9]{1,12}$/.test(time) || Math.abs(Date.now() / 1000 - Number(time)) > TOLERANCE_S) return false
  const expected = createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest()
  return given.split(' ').some((one) => {
    const signature = Buffer.from(one.startsWith('v1,') ? one.slice(3) : '', 'base64')
    return signature.length === expected.length && timingSafeEqual(signature, expected)
  })
}

createServer(async (request, response) => {
  const parts = []
  let size = 0
  for await (const part of request) {
    size += part.length
    if (size > MAX_BODY_BYTES) return response.writeHead(413).end()
    parts.push(part)
  }
  const body = Buffer.concat(parts)
  if (!isGenuine(request.headers, body)) return response.writeHead(401).end()
  const id = request.headers['webhook-id']
  // A delivery whose answer was lost comes again under the same id.
  if (!seen.has(id)) {
    seen.add(id)
    if (seen.size > REMEMBERED) seen.delete(seen.values().next().value)
    console.log(JSON.stringify(JSON.parse(body)))
  }
  response.writeHead(204).end()
})
  .on('error', (error) => end(`${host} port ${port} cannot be listened on: ${error.message}`))
  .listen(Number(port), host)
