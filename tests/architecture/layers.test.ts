import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, it } from 'vitest'

import { layerProblem, layers } from '../../build/lint/layers.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('the table of layers', () => {
  it.each([
    ['main/domain/vm/plan-vm.ts', '../../services/vm/start-vm.ts'],
    ['main/domain/vm/plan-vm.ts', '../../system/process/run-command.ts'],
    ['main/domain/vm/plan-vm.ts', 'node:fs'],
    ['main/domain/vm/plan-vm.ts', 'ws'],
    ['main/system/socket/dial.ts', '#contract/vm-spec'],
    ['main/system/socket/dial.ts', '../../domain/vm/plan-vm.ts'],
    ['main/services/vm/start-vm.ts', '../../api/create-app.ts'],
    ['main/services/vm/start-vm.ts', '../console/console-hub.ts'],
    ['main/services/vm/start-vm.ts', 'electron'],
    ['main/services/vm/start-vm.ts', 'node-pty'],
    ['main/api/create-app.ts', '../shells/cli/main.ts'],
    ['main/shells/cli/main.ts', '../electron/main.ts'],
    ['main/shells/cli/main.ts', 'electron'],
    ['main/shells/web/serve-web.ts', '../cli/run-cli.ts'],
    ['main/shells/cli/main.ts', '../../../renderer/main.tsx'],
    ['preload/contract/api.ts', '../../main/api/app.ts'],
    ['preload/contract/api.ts', 'node:fs'],
    ['preload/bridge.ts', '../main/api/app.ts'],
    ['preload/bridge.ts', 'ws'],
    ['renderer/ui/button.tsx', '../state/machines.ts'],
    ['renderer/ui/button.tsx', '#contract/vm-spec'],
    ['renderer/api/client.ts', '../state/machines.ts'],
    ['renderer/state/machines.ts', '../features/machines/list.tsx'],
    ['renderer/terminal/session.ts', '../state/machines.ts'],
    ['renderer/features/machines/list.tsx', '../../app/app.tsx'],
    ['renderer/features/machines/list.tsx', '../../../main/api/app.ts'],
    ['renderer/features/machines/list.tsx', 'electron'],
  ])('refuses %s -> %s', (from, specifier) => {
    expect(layerProblem(from, specifier)).toMatch(/must not import|may import/)
  })

  it.each([
    ['main/domain/vm/plan-vm.ts', '#contract/vm-spec'],
    ['main/domain/vm/plan-vm.ts', 'zod'],
    ['main/domain/vm/plan-vm.ts', '../qemu/qemu-argv.ts'],
    ['main/services/vm/start-vm.ts', '../qemu/launch-qemu.ts'],
    ['main/services/vm/start-vm.ts', '../../system/files/write-durable-file.ts'],
    ['main/system/pty/open-pty.ts', 'node-pty'],
    ['main/api/create-app.ts', '../services/vm/vm-service.ts'],
    ['main/shells/electron/main.ts', 'electron'],
    ['main/shells/cli/serve-command.ts', '../web/serve-web.ts'],
    ['main/shells/web/serve-web.ts', '../local/serve-connection.ts'],
    ['preload/bridge.ts', 'electron'],
    ['renderer/app/app.tsx', '../features/machines/list.tsx'],
    ['renderer/features/machines/list.tsx', '../../ui/button.tsx'],
    ['renderer/features/machines/list.tsx', '#contract/vm-state'],
    ['tests/unit/anything.test.ts', '../../main/system/byte-channel.ts'],
  ])('allows %s -> %s', (from, specifier) => {
    expect(layerProblem(from, specifier)).toBeUndefined()
  })

  it('holds in the whole tree, and every layer in it has a row', () => {
    const files = ['main', 'preload', 'renderer'].flatMap(sourceFiles)
    const problems = files.flatMap((file) =>
      imports(readFileSync(join(root, file), 'utf8')).flatMap((specifier) => {
        const problem = layerProblem(file, specifier)
        return problem === undefined ? [] : [`${file}: ${problem}`]
      }),
    )
    expect(files.length).toBeGreaterThan(100)
    expect(problems).toEqual([])
    expect(files.filter((file) => !layers.some(({ folder }) => file.startsWith(`${folder}/`)))).toEqual([])
  })
})

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => `${folder}/${file}`)
}

/** Specifiers of static, dynamic and type-only imports and of re-exports. */
function imports(source: string): string[] {
  const found = source.matchAll(/(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)'([^']+)'/g)
  return [...found].map(([, specifier = '']) => specifier)
}
