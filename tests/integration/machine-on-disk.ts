import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'

import { planMounts } from '../../main/domain/vm/plan-mounts.ts'
import type { VmDecisions } from '../../main/domain/vm/vm-decisions.ts'
import type { ExplainedArg } from '#contract/vm-state'
import type { Preparation } from '../../main/domain/vm/vm-plan.ts'
import { fakeKernel } from './fake-kernel.ts'

/** What stands behind a mount; the folder's tree is the sandbox's. */
export interface MachineOnDisk extends Disposable {
  readonly folder: string
  /** The emulator and its options, with paths of the sandbox replaced by those of the folder. */
  readonly bareArgv: readonly string[]
  /** The whole command, with paths of the host replaced by those of the folder. */
  readonly sandboxedArgv: readonly string[]
}

interface PlannedRun {
  readonly explained: readonly ExplainedArg[]
  readonly preparations: readonly Preparation[]
}

/** Makes every file that a planned run binds, in a temporary folder that ends with the result. */
export function putMachineOnDisk(decisions: VmDecisions, run: PlannedRun): MachineOnDisk {
  const folder = mkdtempSync(join(tmpdir(), 'petri-'))
  const mounts = planMounts(decisions).filter(({ mode }) => mode !== 'device')
  for (const { sandboxPath } of mounts) makeFile(join(folder, sandboxPath), decisions)
  const realPaths = new Map(mounts.map((mount) => [mount.hostPath, join(folder, mount.sandboxPath)]))
  for (const preparation of run.preparations) {
    if (preparation.kind === 'overlay') makeOverlay(preparation, realPaths, folder)
  }
  const code = decisions.firmware?.codePath ?? ''
  const emptyCode = join(folder, 'uefi-code')
  if (code !== '' && !existsSync(code)) makeSparse(emptyCode, 67_108_864)
  const argsOf = (part: ExplainedArg['part']) =>
    run.explained.filter((option) => option.part === part).flatMap(({ args }) => args)
  const toFolder = (arg: string) =>
    arg
      .replaceAll(/(?<![\w/])(\/vm|\/run\/petri|\/scratch|\/shared)(?=\/)/g, `${folder}$1`)
      .replace(existsSync(emptyCode) ? code : emptyCode, emptyCode)
  return {
    folder,
    bareArgv: argsOf('qemu').map((arg) => runnable(toFolder(arg))),
    sandboxedArgv: [...argsOf('sandbox').map((arg) => realPaths.get(arg) ?? arg), ...argsOf('qemu').map(runnable)],
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Port 0 lets the system choose a free one; KVM gives way to emulation, as test machines lack it. */
function runnable(arg: string): string {
  return arg
    .replaceAll(/(tcp|udp):([\d.]+):\d+-/g, '$1:$2:0-')
    .replace(/^kvm$/, 'tcg')
    .replace('gic-version=host', 'gic-version=3')
    .replace(/^host(?=,|$)/, 'max')
}

function makeFile(path: string, { firmware, spec }: VmDecisions): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const name = path.split('/').at(-1) ?? ''
  if (name === 'petri' || name === 'scratch') mkdirSync(path, { recursive: true, mode: 0o700 })
  else if (dirname(path).endsWith('/shared')) mkdirSync(path, { recursive: true, mode: 0o700 })
  else if (name === 'kernel') writeFileSync(path, fakeKernel(spec.architecture))
  else if (name === 'uefi-code') copyFileSync(firmware?.codePath.replace('/opt/firmware', '/usr/share') ?? '', path)
  else if (name === 'uefi-vars.qcow2')
    makeImage(path, 'qcow2', spec.architecture.startsWith('a') ? 67_108_864 : 540_672)
  else if (name.startsWith('disk-')) makeImage(path, extname(name).slice(1), 1_048_576)
  else makeSparse(path, 1_048_576)
}

function makeImage(path: string, format: string, sizeBytes: number): void {
  if (format === 'raw') makeSparse(path, sizeBytes)
  else execFileSync('qemu-img', ['create', '-q', '-f', format, path, String(sizeBytes)])
}

function makeSparse(path: string, sizeBytes: number): void {
  writeFileSync(path, '')
  truncateSync(path, sizeBytes)
}

function makeOverlay(
  { baseFormat, basePath, path }: Extract<Preparation, { kind: 'overlay' }>,
  realPaths: ReadonlyMap<string, string>,
  folder: string,
): void {
  const overlay = join(folder, 'scratch', path.split('/').at(-1) ?? '')
  execFileSync('qemu-img', [
    'create',
    '-q',
    '-f',
    'qcow2',
    '-b',
    realPaths.get(basePath) ?? '',
    '-F',
    baseFormat,
    overlay,
  ])
}
