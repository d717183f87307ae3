// By what right calls are made: a session, which the browser's cookie names, or a link, which says itself in a header.

export type Credential = {
  /** Whether cookies go along. */
  readonly cookies: RequestCredentials
  readonly sign: (headers: Headers, method: string) => void
}

function csrfToken(): string {
  const pair = document.cookie.split('; ').find((one) => one.startsWith('csrftoken='))
  return pair ? decodeURIComponent(pair.slice('csrftoken='.length)) : ''
}

export const SESSION: Credential = {
  cookies: 'same-origin',
  sign: (headers, method) => {
    if (method !== 'GET') headers.set('X-CSRFToken', csrfToken())
  },
}

export function shareCredential(token: string): Credential {
  return { cookies: 'omit', sign: (headers) => headers.set('Authorization', `Share ${token}`) }
}
