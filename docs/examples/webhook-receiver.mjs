// Receives webhooks of Sense Live and prints those that are genuine. Node 18 or newer, nothing to install:
//   SENSE_WEBHOOK_SECRET=whsec_… node webhook-receiver.mjs 8100
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

const TOLERANCE_S = 300
const MAX_BODY_BYTES = 1024 * 1024
const REMEMBERED = 10_000
const key = Buffer.from((process.env.SENSE_WEBHOOK_SECRET ?? '').replace('whsec_', ''), 'base64')
if (key.length < 24) throw new Error('SENSE_WEBHOOK_SECRET is not set, or is no secret of a webhook.')
const seen = new Set()

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
}).listen(Number(process.argv[2] ?? 8100), '127.0.0.1')
