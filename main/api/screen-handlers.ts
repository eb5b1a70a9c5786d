import { apiCalls } from '#contract/api'
import type { screenCalls } from '#contract/screen-calls'
import { pressKeys, typeText } from '../services/vm/screen/press-keys.ts'
import { takeScreenshot } from '../services/vm/screen/take-screenshot.ts'
import type { VmContext } from '../services/vm/vm-context.ts'
import { bound, type Handlers } from './dispatch.ts'

/** The calls about the graphical screen of a running machine. */
export function screenHandlers(context: VmContext): Pick<Handlers, keyof typeof screenCalls> {
  return {
    'vm.screenshot': bound(apiCalls['vm.screenshot'], async ({ id }) => {
      const png = await takeScreenshot(context, id)
      return { base64: png.toString('base64'), sizeBytes: png.byteLength }
    }),
    'vm.sendKeys': bound(apiCalls['vm.sendKeys'], async ({ id, keys }) => {
      await pressKeys(context, id, keys)
      return {}
    }),
    'vm.type': bound(apiCalls['vm.type'], async ({ id, text }, signal) => {
      await typeText(context, id, text, signal)
      return {}
    }),
  }
}
