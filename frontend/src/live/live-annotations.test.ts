import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { annotation, annotationChangeJson } from '../testing/annotations'
import { FakeSocket } from '../testing/fake-socket'
import { answerAgain, connected, fetchAnnotations, gap, live, setUp, tearDown } from '../testing/live-part'
import { removalJson } from '../testing/messages'

beforeEach(setUp)
afterEach(tearDown)

describe('annotations', () => {
  const texts = () => live.annotations.store.getState().all.map(({ text }) => text)

  test('are read for the window after the welcome, and come live from then on', async () => {
    fetchAnnotations.mockResolvedValue({ annotations: [annotation()], complete: true })
    await connected()
    expect(texts()).toEqual(['Window open'])
    FakeSocket.last.say(annotationChangeJson('update', { text: 'Window shut' }))
    expect(texts()).toEqual(['Window shut'])
    FakeSocket.last.say(annotationChangeJson('remove'))
    expect(texts()).toEqual([])
    expect(fetchAnnotations).toHaveBeenCalledTimes(1)
  })

  test('are read anew after a gap', async () => {
    await connected()
    gap()
    fetchAnnotations.mockResolvedValue({ annotations: [annotation()], complete: true })
    await answerAgain()
    expect(texts()).toEqual(['Window open'])
  })

  test('go with their device', async () => {
    const ofAll = annotation({ id: 'all', device: null, text: 'Power away' })
    fetchAnnotations.mockResolvedValue({ annotations: [annotation(), ofAll], complete: true })
    await connected()
    FakeSocket.last.say(removalJson('kitchen'))
    expect(texts()).toEqual(['Power away'])
  })
})
