import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import { expect, it } from 'vitest'

const renderer = new URL('../../../../renderer/', import.meta.url).pathname
const styles = join(dirname(createRequire(import.meta.url).resolve('@mantine/core')), '../styles')

it('imports the style sheet of every Mantine component that is drawn', () => {
  const loaded = readFileSync(join(renderer, 'styles/mantine.css'), 'utf8')
  const available = new Set(readdirSync(styles).map((file) => file.replace(/\.css$/, '')))
  const sources = readdirSync(renderer, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tsx'))
  const missing = sources.flatMap((file) => {
    const imports = readFileSync(join(renderer, file), 'utf8').matchAll(/import \{([^}]+)\} from '@mantine\/core'/g)
    return [...imports]
      .flatMap(([, names = '']) => names.split(',').map((name) => name.trim()))
      .filter((name) => available.has(name) && !loaded.includes(`/styles/${name}.css'`))
      .map((name) => `${file}: ${name}`)
  })
  expect(sources.length).toBeGreaterThan(30)
  expect(missing).toEqual([])
})
