// What a dashboard says to the server.

export function subscribe(devices: 'all' | readonly string[]): string {
  return JSON.stringify({ type: 'subscribe', devices })
}

/** Before anything else, by who came with a link instead of a session. */
export function authenticateByShare(share: string): string {
  return JSON.stringify({ type: 'authenticate', share })
}
