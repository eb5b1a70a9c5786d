import { expect, type Locator } from 'playwright/test'

/**
 * The element has the focus and shows it: it looks otherwise than a copy of it beside it that has none. Where something
 * around it shows it (the frame of a picture), that is what is looked at.
 */
export async function expectVisibleFocus(target: Locator): Promise<void> {
  await expect(target).toBeFocused()
  await expect
    .poll(async () => await target.evaluate(differsFromUnfocused), { message: `${String(target)} shows its focus` })
    .toBe(true)
}

/** Runs in the page. */
function differsFromUnfocused(element: Element): boolean {
  const marks = ['outlineStyle', 'outlineWidth', 'outlineColor', 'boxShadow', 'borderColor', 'backgroundColor'] as const
  const looks = (each: Element): string => {
    const style = getComputedStyle(each)
    return marks.map((mark) => style[mark]).join(' ')
  }
  if (element instanceof HTMLCanvasElement) {
    const frame = element.closest('.screen-stage')
    return frame !== null && getComputedStyle(frame).boxShadow !== 'none'
  }
  const copy = element.cloneNode(false)
  if (!(copy instanceof Element)) return false
  // A second one of the same name would take over a group's choice.
  for (const attribute of ['id', 'name', 'checked']) copy.removeAttribute(attribute)
  element.after(copy)
  const differs = looks(copy) !== looks(element)
  copy.remove()
  return differs
}
