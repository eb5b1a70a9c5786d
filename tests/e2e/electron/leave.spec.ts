import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  callFromPage,
  expect,
  launchElectron,
  quitElectron,
  type RunningPetri,
  test,
} from '../support/launch-electron.ts'

/** Puts the answer `response` to every question, and gives the questions. */
function answerQuestions({ electron }: RunningPetri, response: number) {
  return electron.evaluateHandle(({ dialog }, response) => {
    const questions: string[] = []
    Object.assign(dialog, {
      showMessageBox: async (_window: unknown, { message }: { readonly message: string }) => {
        questions.push(message)
        return { response, checkboxChecked: false }
      },
    })
    return questions
  }, response)
}

/** Makes a machine without disks, starts it, and waits until it runs; returns its process. */
async function runMachine({ page }: RunningPetri): Promise<number> {
  const pid = await page.evaluate(async () => {
    const { petri } = window
    if (!petri) return undefined
    const running = new Promise<number>((resolve) => {
      petri.subscribe((event) => {
        if (event.kind === 'vm.changed' && event.entry.state.kind === 'running') resolve(event.entry.state.pid)
      })
    })
    const draft = { name: 'Runs on', architecture: 'x86_64', memoryMiB: 64, accelerator: 'tcg' }
    const created = JSON.parse(await petri.callForJson('vm.create', { draft }, 'create'))
    const made = created.ok ? created.value : undefined
    const started = JSON.parse(await petri.callForJson('vm.start', made, 'start'))
    return started.ok ? running : undefined
  })
  if (pid === undefined) throw new Error('the machine did not start')
  return pid
}

test('says once that machines run on, lets the user stay, and leaves them running', async ({ petri }) => {
  test.setTimeout(60_000)
  await writeFile(join(petri.home.path, 'state', 'window.json'), '{}')
  const pid = await runMachine(petri)

  const refused = await answerQuestions(petri, 1)
  await petri.electron.evaluate(({ app }) => app.quit())
  await expect.poll(() => refused.evaluate((questions) => questions)).toEqual(['One machine runs on'])
  expect(await callFromPage(petri.page, 'app.info')).toMatchObject({ ok: true })

  const agreed = await answerQuestions(petri, 0)
  expect(await agreed.evaluate((questions) => questions)).toEqual([])
  await quitElectron(petri)
  expect(existsSync(`/proc/${pid}`)).toBe(true)

  const again = await launchElectron(petri.home)
  await answerQuestions(again, 1)
  await quitElectron(again)
  expect(existsSync(`/proc/${pid}`)).toBe(true)
})
