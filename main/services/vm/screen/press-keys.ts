import { setTimeout as delay } from 'node:timers/promises'

import {
  type KeyPress,
  keyCombination,
  keysForText,
  knownKeyNames,
  type NoSuchKey,
} from '../../../domain/screen/key-codes.ts'
import { RefusedError } from '../../refused-error.ts'
import type { VmContext } from '../vm-context.ts'
import type { VmSession } from '../vm-session.ts'
import { runningScreen } from './running-screen.ts'

/** How long a combination is held, in ms: firmware menus look at the keyboard only now and then. */
const COMBINATION_HELD_MS = 100
/**
 * Time for each typed character, in ms. A PS/2 keyboard holds 16 codes and drops the rest without a word; under
 * emulation a busy guest fetches them slowly.
 */
const CHARACTER_MS = 30

/** Presses keys together and lets go of them in the opposite order. */
export async function pressKeys(context: VmContext, id: string, names: readonly string[]): Promise<void> {
  const session = runningScreen(context, id)
  const combination = keyCombination(names)
  if (combination.kind === 'no-such-key')
    throw refusal(combination, `Keys have these names: ${knownKeyNames.join(', ')}.`)
  await press(session, combination.press, COMBINATION_HELD_MS)
}

/** Types text as on a keyboard with the US layout. `signal` stops it between two characters, with every key up. */
export async function typeText(context: VmContext, id: string, text: string, signal: AbortSignal): Promise<void> {
  const session = runningScreen(context, id)
  const keys = keysForText(text)
  if (keys.kind === 'no-such-key')
    throw refusal(
      keys,
      'Over the keyboard only the characters of a US keyboard can be typed; use the serial console for others.',
    )
  for (const each of keys.presses) {
    signal.throwIfAborted()
    await press(session, each, CHARACTER_MS / 2)
    await delay(CHARACTER_MS / 2)
  }
}

async function press(session: VmSession, keys: KeyPress, heldMs: number): Promise<void> {
  try {
    await session.execute('input-send-event', { events: keys.map((key) => keyEvent(key, true)) })
    await delay(heldMs)
  } finally {
    await session.execute('input-send-event', { events: keys.toReversed().map((key) => keyEvent(key, false)) })
  }
}

const keyEvent = (key: string, down: boolean) => ({
  type: 'key',
  data: { down, key: { type: 'qcode', data: key } },
})

const refusal = ({ key }: NoSuchKey, cure: string) =>
  new RefusedError({
    code: 'bad-request',
    title: `There is no key for ${JSON.stringify(key)}`,
    cause: 'Nothing was typed.',
    cure: { text: cure },
  })
