import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, test, vi } from 'vitest'
import { violations } from '../testing/axe'
import { CheckList } from './check-list'

const user = userEvent.setup({ delay: null })
const sent = vi.fn()

function Benches({ count }: { readonly count: number }) {
  const [chosen, setChosen] = useState<readonly string[]>([])
  const options = Array.from({ length: count }, (_, index) => ({
    value: `${index}`,
    label: `Bench ${String(index + 1).padStart(3, '0')}`,
  }))
  return (
    <form aria-label="Share" onSubmit={sent}>
      <CheckList label="Devices" options={options} chosen={chosen} onChange={setChosen} />
    </form>
  )
}

test('a few are all there is to see', () => {
  render(<Benches count={20} />)
  expect(screen.getAllByRole('checkbox')).toHaveLength(20)
  expect(screen.queryByRole('searchbox')).toBeNull()
})

test('one of three hundred is found by its name, and what was chosen before stays so', async () => {
  render(<Benches count={300} />)
  await user.click(screen.getByRole('checkbox', { name: 'Bench 001' }))
  await user.type(screen.getByRole('searchbox', { name: 'Find by name' }), '299{Enter}')
  expect(sent).not.toHaveBeenCalled()
  expect(screen.getAllByRole('checkbox')).toHaveLength(1)
  await user.click(screen.getByRole('checkbox', { name: 'Bench 299' }))
  expect(screen.getByRole('status').textContent).toBe('2 of 300 chosen')
  expect(await violations()).toEqual([])
  await user.type(screen.getByRole('searchbox'), 'x')
  expect(screen.getByText('Nothing is called “299x”.')).toBeTruthy()
  await user.clear(screen.getByRole('searchbox'))
  expect(screen.getByRole('checkbox', { name: 'Bench 001' })).toHaveProperty('checked', true)
})
