// Answers that bring a new session cookie: in any tab of this browser, who asks before they are there is taken for a stranger.

type Word = 'asked' | 'answered'

const CHANNEL = 'sense-live.cookie'
// A tab that was closed in the middle never says that it has its answer.
const LONGEST_MS = 15_000

let settled: Promise<void> = Promise.resolve()
let settle: () => void = () => undefined

/** Tells all tabs, this one too, when the call begins and when it is over. */
export async function bringingCookie<T>(call: () => Promise<T>): Promise<T> {
  const channel = new BroadcastChannel(CHANNEL)
  const tell = (word: Word) => channel.postMessage(word)
  tell('asked')
  try {
    return await call()
  } finally {
    tell('answered')
    channel.close()
  }
}

/** Until no new cookie is on its way, as far as is heard. */
export function cookieSettled(): Promise<void> {
  return settled
}

/** Until the function it gives is called. */
export function hearOfCookies(): () => void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.onmessage = ({ data }: MessageEvent<Word>) => {
    if (data === 'answered') settle()
    if (data === 'asked') settled = untilSettled()
  }
  return () => {
    channel.close()
    settle()
  }
}

function untilSettled(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LONGEST_MS)
    settle = () => {
      clearTimeout(timer)
      resolve()
    }
  })
}
