// The address of one webhook.
export function webhookPath(id: string): string {
  return `/api/webhooks/${encodeURIComponent(id)}/`
}
