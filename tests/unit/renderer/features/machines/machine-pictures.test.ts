import { describe, expect, it } from 'vitest'

import { createClient } from '../../../../../renderer/api/client.ts'
import { createPictureQueue } from '../../../../../renderer/features/machines/library/machine-pictures.ts'
import { createFakeBridge } from '../../../../fakes/fake-bridge.ts'
import { fakeEntry, fakeMachine } from '../../../../fakes/fake-machines.ts'

const draft = { name: 'M', architecture: 'x86_64', memoryMiB: 64 } as const
const running = { kind: 'running', pid: 1, since: '2026-03-02T09:30:00.000Z' } as const
const machines = [
  fakeMachine('shown', { ...draft, display: { kind: 'vnc', device: 'std' } }, running),
  fakeMachine('serial', draft, running),
  fakeMachine('mute', { ...draft, serialPorts: 0 }),
]
const wanted = () => true

function setUp() {
  const bridge = createFakeBridge({ machines })
  const ask = createPictureQueue(createClient(bridge))
  const picture = async (index: number, isWanted = wanted) => {
    const entry = machines.map(fakeEntry)[index]
    return entry?.kind === 'machine' ? await ask(entry, isWanted) : undefined
  }
  return { bridge, picture }
}

describe('pictures of machines', () => {
  it('are the screen where there is one, else the last lines of the serial port, else nothing', async () => {
    const { picture } = setUp()
    expect(await picture(0)).toMatchObject({
      kind: 'screen',
      source: expect.stringMatching(/^data:image\/png;base64,/),
    })
    expect(await picture(1)).toMatchObject({ kind: 'lines' })
    expect(await picture(2)).toBeUndefined()
  })

  it('fall back to the serial lines when the screen does not answer', async () => {
    const { bridge, picture } = setUp()
    bridge.failNext('vm.screenshot', { code: 'not-answering', title: 'It does not answer' })
    expect(await picture(0)).toMatchObject({ kind: 'lines' })
  })

  it('are not asked for when the tile is out of sight by its turn', async () => {
    const { bridge, picture } = setUp()
    const first = picture(1)
    const second = picture(0, () => false)
    await Promise.all([first, second])
    expect(await second).toBeUndefined()
    expect(bridge.calls.map(({ name }) => name)).toEqual(['console.log'])
  })
})
