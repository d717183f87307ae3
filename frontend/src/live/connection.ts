// The live connection's state, as the header tells it.

export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  | { readonly state: 'waiting'; readonly retryAtMs: number }
  | { readonly state: 'offline' }
  | { readonly state: 'signed-out' }
  /** Signed in, but not a single device may be seen. */
  | { readonly state: 'forbidden' }
  | { readonly state: 'stopped' }
