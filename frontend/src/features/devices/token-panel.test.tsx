import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { violations } from '../../testing/axe'
import { TokenPanel } from './token-panel'

const SECRET = 'whsec_Yk7sP3mQ9vT2xLr5nB8cW1zD4gH6jK0aFuEoIyNtMqc='

test('the signing secret is folded away until somebody wants it', async () => {
  const user = userEvent.setup({ delay: null })
  render(<TokenPanel id="kitchen" token="kitchen.secret" signingSecret={SECRET} />)
  expect(screen.getByTestId('device-token').textContent).toBe('kitchen.secret')
  expect(screen.queryByTestId('signing-secret')).toBeNull()
  await user.click(screen.getByText('Sign requests instead'))
  expect((await screen.findByTestId('signing-secret')).textContent).toBe(SECRET)
  expect(await violations()).toEqual([])
})
