import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { readWindowState, windowBounds, writeWindowState } from '../../../../main/shells/electron/window-state.ts'

const laptop = { x: 0, y: 27, width: 1920, height: 1053 }
const beside = { x: 1920, y: 0, width: 2560, height: 1440 }

describe('the place of the window', () => {
  it.each([
    ['nothing is known', undefined, [laptop], { width: 1240, height: 820 }],
    [
      'it was on a display that is there',
      { x: 2000, y: 10, width: 900, height: 700 },
      [laptop, beside],
      { x: 2000, y: 10, width: 900, height: 700 },
    ],
    ['its display was unplugged', { x: 2000, y: 10, width: 900, height: 700 }, [laptop], { width: 900, height: 700 }],
    [
      'only a corner of it would show',
      { x: 1850, y: 40, width: 900, height: 700 },
      [laptop],
      { width: 900, height: 700 },
    ],
    [
      'its title bar is above the display',
      { x: 10, y: -300, width: 900, height: 700 },
      [laptop],
      { width: 900, height: 700 },
    ],
    [
      'it was larger than the display',
      { x: 0, y: 27, width: 5000, height: 4000 },
      [laptop],
      { x: 0, y: 27, width: 1920, height: 1053 },
    ],
    ['it was tiny', { x: 10, y: 30, width: 3, height: 3 }, [laptop], { width: 720, height: 480 }],
    ['there is no display', { x: 10, y: 30, width: 900, height: 700 }, [], { width: 900, height: 700 }],
  ])('is right when %s', (_when, kept, displays, expected) => {
    expect(windowBounds(kept, displays)).toEqual(expected)
  })
})

describe('the window’s file', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'petri-window-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('gives back what was written, and leaves nothing else behind', async () => {
    const file = join(folder, 'window.json')
    const state = { bounds: { x: 1, y: 2, width: 800, height: 600 }, maximized: true, toldMachinesRunOn: false }
    writeWindowState(file, state)
    expect([readWindowState(file), await readdir(folder)]).toEqual([state, ['window.json']])
  })

  it.each([
    '',
    'null',
    '[]',
    '{"bounds":{"x":"1"}}',
    '{"bounds":null,"maximized":"yes"}',
    '{"bounds":{"x":1e99,"y":0,"width":1,"height":1}}',
  ])('counts as unknown when it holds %s', async (text) => {
    const file = join(folder, 'window.json')
    await writeFile(file, text)
    const { bounds, maximized = false } = readWindowState(file)
    expect([bounds, maximized]).toEqual([undefined, false])
  })

  it('costs nothing when it cannot be written', () => {
    const file = join(folder, 'missing', 'window.json')
    writeWindowState(file, { maximized: true })
    expect(readWindowState(file)).toEqual({})
  })
})
