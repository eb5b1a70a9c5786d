import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Everything that a module loads before it runs: what is imported as a type or by `import()` is not there. */
function loadedWith(file: string, found = new Map<string, readonly string[]>()): Map<string, readonly string[]> {
  if (found.has(file) || !/\.tsx?$/.test(file)) return found
  const text = readFileSync(file, 'utf8')
  const imports = /^(?:import|export) (?!type )(?:[^'"=;(]*? from )?'([^']+)'/gm
  const names = [...text.matchAll(imports)].map(([, name = '']) => name)
  found.set(file, names)
  for (const name of names) {
    const path = name.startsWith('#contract/')
      ? join(root, 'preload/contract', `${name.slice('#contract/'.length)}.ts`)
      : join(dirname(file), name)
    if ((name.startsWith('.') || name.startsWith('#')) && existsSync(path)) loadedWith(path, found)
  }
  return found
}

it('draws the first picture without the libraries of what comes later', () => {
  const loaded = loadedWith(join(root, 'renderer/main.tsx'))
  expect(loaded.size).toBeGreaterThan(40)
  const late = /^(zod|@xterm|@novnc|uplot|@xyflow|@dagrejs|diff|yaml)/
  const early = [...loaded].flatMap(([file, names]) =>
    names.filter((name) => late.test(name)).map((name) => `${file.slice(root.length)} imports ${name}`),
  )
  expect(early).toEqual([])
})
