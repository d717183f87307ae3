// Print readings as they come, from a program of your own. Node.js 22 or newer; nothing to install.
//
//   SENSE_URL=http://localhost:8000 SENSE_USER=ada SENSE_PASSWORD=… node live-client.mjs
//
// It signs in as a person (give it an account of its own, with the role viewer), fetches a token that is good once
// and for 30 s, and connects with it right away. When the connection ends it does the same again.

const { SENSE_URL, SENSE_USER, SENSE_PASSWORD } = process.env
// Closed with these, coming back with the same account changes nothing.
const ENDED = [4401, 4403]
const cookies = new Map()

class Refused extends Error {}

async function call(path, options = {}) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const answer = await fetch(new URL(path, SENSE_URL), { ...options, headers: { ...options.headers, cookie } })
  for (const line of answer.headers.getSetCookie()) {
    const [name, value] = line.split(';', 1)[0].split('=', 2)
    cookies.set(name, value)
  }
  return answer
}

async function post(path, body) {
  const headers = {
    'Content-Type': 'application/json',
    'X-CSRFToken': cookies.get('csrftoken'),
    // Over https the server wants to know which page it is, as browsers say by themselves.
    Origin: new URL(SENSE_URL).origin,
  }
  const answer = await call(path, { method: 'POST', body: JSON.stringify(body ?? null), headers })
  const given = await answer.json()
  if (!answer.ok) throw new Refused(given.detail)
  return given
}

/** Follow one connection until it ends; the code it was closed with. */
async function connect(onMessage) {
  const socket = new WebSocket(new URL('/ws/live/', SENSE_URL.replace(/^http/, 'ws')))
  const ended = new Promise((resolve) => socket.addEventListener('close', (event) => resolve(event.code)))
  socket.addEventListener('message', (event) => onMessage(JSON.parse(event.data)))
  socket.addEventListener('open', async () => {
    // Fetched when the way is open already: it is good for 30 s only.
    try {
      const { token } = await post('/api/ws-token/')
      socket.send(JSON.stringify({ type: 'authenticate', token }))
      socket.send(JSON.stringify({ type: 'subscribe', devices: 'all' }))
    } catch (error) {
      console.error(`No token: ${error.message}`)
      socket.close()
    }
  })
  return ended
}

function show(message) {
  if (message.type === 'error') console.error(message.detail)
  for (const { device, time, values } of message.type === 'readings' ? message.series : []) {
    const latest = Object.fromEntries(Object.entries(values).map(([name, column]) => [name, column.at(-1)]))
    console.log(device, time.at(-1), JSON.stringify(latest))
  }
}

async function main() {
  if (!SENSE_URL || !SENSE_USER || !SENSE_PASSWORD) throw new Refused('Set SENSE_URL, SENSE_USER, SENSE_PASSWORD.')
  // The page gives the cookie without which nothing can be posted.
  await call('/')
  await post('/api/session/', { username: SENSE_USER, password: SENSE_PASSWORD })
  while (!ENDED.includes(await connect(show))) {
    // Not all at the same moment.
    await new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * 4500))
  }
  throw new Refused('This account may not look any more.')
}

main().catch((error) => {
  console.error(error instanceof Refused ? error.message : `The server cannot be reached: ${error.message}`)
  process.exitCode = 1
})
