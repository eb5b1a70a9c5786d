import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  cdromBuses,
  diskBuses,
  diskFormats,
  networkModels,
  videoDevices,
  vmArchitectures,
  vmSpecSchema,
  type VmSpec,
} from '#contract/vm-spec'

import type { FileFacts, VmFacts } from '../../../../main/domain/vm/host-facts.ts'
import { planVm } from '../../../../main/domain/vm/plan-vm.ts'
import { throwawayArgv } from '../../../../main/domain/vm/throwaway-argv.ts'
import { readArgvCases } from '../../../golden/argv-case.ts'

const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,39}$/)
const path = fc.stringMatching(/^[^\0]{1,20}$/).map((text) => `/home/ada/${text}`)

const cases = readArgvCases()

/** Any spec that the contract accepts, sensible or not. */
const anySpec: fc.Arbitrary<VmSpec> = fc
  .record(
    {
      version: fc.constant(1),
      id,
      uuid: fc.uuid(),
      name: fc.constantFrom('Web', 'a,b=c', '-x', '"', '../..', '🧫'),
      createdAt: fc.constant('2026-01-01T00:00:00Z'),
      architecture: fc.constantFrom(...vmArchitectures, 'x86_64', 'x86_64'),
      machineType: fc.constantFrom('q35', 'pc', 'microvm', 'virt', 'virt-7.2', 'x'),
      cpu: fc.record({
        sockets: fc.integer({ min: 1, max: 4 }),
        cores: fc.integer({ min: 1, max: 4 }),
        threads: fc.integer({ min: 1, max: 2 }),
      }),
      memoryMiB: fc.integer({ min: 16, max: 9000 }),
      accelerator: fc.constantFrom('auto', 'auto', 'kvm', 'tcg'),
      nestedVirtualization: fc.boolean(),
      firmware: fc.constantFrom({ kind: 'bios' }, { kind: 'uefi' }, { kind: 'uefi', secureBoot: true }),
      tpm: fc.boolean(),
      disks: fc.uniqueArray(
        fc.record({
          id,
          path,
          format: fc.constantFrom(...diskFormats),
          bus: fc.constantFrom(...diskBuses),
          readOnly: fc.boolean(),
        }),
        { maxLength: 3, selector: (disk) => disk.id },
      ),
      cdroms: fc.array(fc.record({ id, path: fc.option(path), bus: fc.constantFrom(...cdromBuses) }), { maxLength: 2 }),
      networks: fc.array(
        fc.record({
          id,
          model: fc.constantFrom(...networkModels),
          backend: fc.constantFrom(
            { kind: 'none' },
            { kind: 'user', forwards: [{ protocol: 'tcp', hostPort: 8080, guestPort: 80 }] },
          ),
        }),
        { maxLength: 3 },
      ),
      serialPorts: fc.integer({ min: 0, max: 4 }),
      display: fc.oneof(
        fc.constant({ kind: 'none' }),
        fc.record({ kind: fc.constant('vnc'), device: fc.constantFrom(...videoDevices) }),
      ),
      usbTablet: fc.boolean(),
    },
    { requiredKeys: ['version', 'id', 'uuid', 'name', 'createdAt', 'architecture', 'memoryMiB'] },
  )
  .map((spec) => vmSpecSchema.parse(spec))

const goodFile: FileFacts = {
  kind: 'file',
  sizeBytes: 4096,
  readable: true,
  writable: true,
  header: { format: 'raw', refersTo: undefined },
  heldBy: undefined,
}

function factsFor(spec: VmSpec): VmFacts {
  const files = [
    ...spec.disks.map(
      (disk) => [disk.path, { ...goodFile, header: { format: disk.format, refersTo: undefined } }] as const,
    ),
    ...spec.cdroms.flatMap((cdrom) => (cdrom.path === null ? [] : [[cdrom.path, goodFile] as const])),
  ]
  return { ...exampleFacts(), files: Object.fromEntries<FileFacts>(files) }
}

/** A plain host with everything installed. */
function exampleFacts(): VmFacts {
  const example = cases.find(({ name }) => name === 'minimal')
  if (!example) throw new Error('the golden case "minimal" is gone')
  return example.facts
}

test('any spec is planned or refused with a reason, and never throws', () => {
  let planned = 0
  fc.assert(
    fc.property(anySpec, (spec) => {
      const planning = planVm(spec, factsFor(spec))
      const isPlanned = planning.kind === 'planned'
      const problems = isPlanned ? planning.plan.warnings : planning.problems
      expect(problems.some(({ severity }) => severity === 'error')).toBe(!isPlanned)
      if (isPlanned) planned += 1
    }),
    { numRuns: 500 },
  )
  expect(planned).toBeGreaterThan(5)
})

test('a spec that the contract accepts is refused, not planned, when nothing about its files is known', () => {
  fc.assert(
    fc.property(anySpec, (spec) => {
      fc.pre(spec.disks.length > 0)
      expect(planVm(spec, { ...factsFor(spec), files: {} }).kind).toBe('refused')
    }),
  )
})

const planned = cases.flatMap(({ facts, name, spec }) => {
  const planning = planVm(spec, facts)
  return planning.kind === 'planned' ? [{ name, plan: planning.plan }] : []
})

test('QEMU is told no path of the host but those of the system', () => {
  for (const { name, plan } of planned) {
    const runs = [plan, throwawayArgv(plan, '/home/ada/.cache/petri/scratch')]
    const text = runs
      .flatMap(({ explained }) => explained)
      .filter(({ part }) => part === 'qemu')
      .flatMap(({ args }) => args)
      .join('\n')
    expect([name, text.includes('/home/'), text.includes('/run/user/')]).toEqual([name, false, false])
  }
})

test('QEMU is always sandboxed, never given -drive, and every option is explained in sentences', () => {
  for (const { plan } of planned) {
    const { argv, explained } = plan
    expect(explained.flatMap(({ args }) => args)).toEqual(argv)
    expect(argv.slice(argv.indexOf('--') + 1)).toEqual(
      expect.arrayContaining([
        plan.emulatorPath,
        '-nodefaults',
        '-no-user-config',
        'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
      ]),
    )
    expect(argv).not.toContain('-drive')
    expect(explained.filter(({ explanation }) => !/^.{15,}[.]$/s.test(explanation))).toEqual([])
  }
})
