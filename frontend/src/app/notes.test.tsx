import { screen, within } from '@testing-library/react'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { annotationJson } from '../testing/annotations'
import { api, begin, opened, say, user } from '../testing/app-page'
import { violations } from '../testing/axe'
import { FakeChart } from '../testing/fake-chart'
import { ALL_PERMISSIONS, deviceJson, readingsJson, START_MS } from '../testing/messages'

vi.mock('../charts/echarts', () => ({ init: () => new FakeChart() }))

beforeEach(begin)

describe('notes', () => {
  const list = (...annotations: object[]) => ({ body: { annotations, start: 0, end: 1, complete: true } })

  test('stand above every chart and in a list below, and open from there', async () => {
    api.on('GET /api/annotations/', list(annotationJson({ start: Date.now() - 60_000 })))
    await opened([deviceJson()], [...ALL_PERMISSIONS, 'add_annotation'])
    const markers = await screen.findAllByRole('button', { name: /^Note by maker, .*: Window open$/ })
    expect(markers).toHaveLength(2)
    expect(screen.getByTestId('notes-count').textContent).toBe('1 note in this window')
    await user.hover(markers[0] as HTMLElement)
    await user.click(screen.getByTestId('notes-count'))
    expect(await violations()).toEqual([])
    await user.click(markers[0] as HTMLElement)
    const dialog = await screen.findByRole('dialog', { name: 'Note' })
    expect(within(dialog).getByText('Window open')).toBeTruthy()
  })

  test('of others are told to those who cannot see them come, one’s own are not', async () => {
    await opened()
    const data = annotationJson({ start: Date.now(), author: 'somebody' })
    const change = {
      type: 'change',
      model: 'annotation',
      action: 'add',
      id: data.id,
      data,
      device: 'kitchen',
    }
    say({ ...change, origin: '9f3c1a2b7d4e4f60' })
    expect(screen.queryByText('somebody noted: Window open')).toBeNull()
    const other = { ...data, id: 'other', text: 'Door open' }
    say({ ...change, id: 'other', data: other, origin: 'another-page' })
    expect(screen.getByText('somebody noted: Door open').getAttribute('role')).toBe('status')
  })

  test('begin where a chart is clicked twice, for those who may', async () => {
    await opened([deviceJson()], [...ALL_PERMISSIONS, 'add_annotation'])
    say(readingsJson('kitchen', [[START_MS, 20]]))
    await user.dblClick(screen.getByRole('group', { name: 'Temperature over time' }))
    expect(await screen.findByRole('dialog', { name: 'Add a note' })).toBeTruthy()
  })

  test('are not begun by those who may not', async () => {
    await opened()
    await user.dblClick(screen.getByRole('group', { name: 'Temperature over time' }))
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(screen.queryByTestId('add-note')).toBeNull()
  })
})
