import type { Page } from 'playwright'

/** A field that sets one attribute, and 1,000 plain lines: what the same questions cost where nothing is drawn. */
export const plainPage = `<!doctype html><html lang="en"><title>Plain</title>
<style>main{height:600px;overflow-y:auto}p{height:48px;margin:0}</style>
<input aria-label="Search"><output aria-rowcount="1"></output>
<main>${'<p>line</p>'.repeat(1_000)}</main>
<script>
const field = document.querySelector('input')
field.addEventListener('input', () => document.querySelector('output').setAttribute('aria-rowcount', field.value.length + 1))
</script>`

/**
 * Presses a key and waits until the number of rows that `selector` states has become another and that has been painted.
 * Returns the time between, in ms, from the moment that the browser gives for the press.
 */
export async function pressedToPainted(page: Page, key: string, selector: string): Promise<number> {
  const painted = await page.evaluateHandle((counted) => {
    const pressed = new Promise<number>((resolve) => {
      document.addEventListener('keydown', ({ timeStamp }) => resolve(timeStamp), { capture: true, once: true })
    })
    const drawn = new Promise<number>((resolve) => {
      const observer = new MutationObserver(() => {
        observer.disconnect()
        // The task after a frame's callbacks comes when the frame has been drawn.
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel()
          port1.addEventListener('message', () => resolve(performance.now()), { once: true })
          port1.start()
          port2.postMessage('drawn')
        })
      })
      const table = document.querySelector(counted)
      if (table === null) throw new Error(`there is no ${counted}`)
      observer.observe(table, { attributeFilter: ['aria-rowcount'] })
    })
    return { took: Promise.all([pressed, drawn]).then(([from, to]) => to - from) }
  }, selector)
  await page.keyboard.press(key)
  return await painted.evaluate(async ({ took }) => await took)
}

/** Scrolls from the beginning to the end, some pixels in every frame; returns every frame's length, in ms. */
export async function scrolledFrames(page: Page, selector: string, pixelsAFrame: number): Promise<readonly number[]> {
  return await page.evaluate(
    async ({ pixels, scrolled }) => {
      const scroller = document.querySelector(scrolled)
      if (scroller === null) throw new Error(`there is no ${scrolled}`)
      scroller.scrollTop = 0
      const nextFrame = async () => await new Promise<number>((resolve) => requestAnimationFrame(resolve))
      await nextFrame()
      const frames: number[] = []
      let last = await nextFrame()
      for (let before = -1; scroller.scrollTop !== before;) {
        before = scroller.scrollTop
        scroller.scrollTop += pixels
        const now = await nextFrame()
        frames.push(now - last)
        last = now
      }
      return frames
    },
    { pixels: pixelsAFrame, scrolled: selector },
  )
}
