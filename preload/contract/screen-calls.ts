import { z } from 'zod'

import { idSchema } from './vm-spec.ts'

/** Longest text that one call types, in characters: about half a minute at the pace a guest's keyboard takes. */
export const TYPED_TEXT_MAX = 1_000
/** Keys pressed together in one call. */
export const KEYS_TOGETHER_MAX = 6

/** The calls about the graphical screen of a running machine. */
export const screenCalls = {
  /** The picture as the guest shows it now: a PNG file, base64. */
  'vm.screenshot': {
    params: z.strictObject({ id: idSchema }),
    result: z.strictObject({ base64: z.string(), sizeBytes: z.int() }),
  },
  /** Presses keys together and lets go of them: `['ctrl', 'alt', 'delete']`. Names as in docs/screen.md. */
  'vm.sendKeys': {
    params: z.strictObject({ id: idSchema, keys: z.array(z.string().min(1).max(20)).min(1).max(KEYS_TOGETHER_MAX) }),
    result: z.strictObject({}),
  },
  /**
   * Types text on the machine's keyboard, as on one with the US layout; answers when the last key is up. It is kept
   * nowhere and is no job, because what people type into a screen is often a password. Cancelling stops between two keys.
   */
  'vm.type': {
    params: z.strictObject({ id: idSchema, text: z.string().min(1).max(TYPED_TEXT_MAX) }),
    result: z.strictObject({}),
  },
} as const
