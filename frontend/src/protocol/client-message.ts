// What a dashboard says to the server.

export function subscribe(devices: 'all' | readonly string[]): string {
  return JSON.stringify({ type: 'subscribe', devices })
}
