import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { VM_SPEC_VERSION, vmSpecSchema } from '#contract/vm-spec'
import { formatMachineFile } from '../../main/services/vm/machine-file.ts'

const MACHINES = 1_000

/** Writes a library of 1,000 machines, `Machine 0001` to `Machine 1000`, below a home that Petri has not opened yet. */
export async function writeThousandMachines(home: string): Promise<void> {
  for (let place = 1; place <= MACHINES; place++) {
    const number = String(place).padStart(4, '0')
    const spec = vmSpecSchema.parse({
      version: VM_SPEC_VERSION,
      id: `machine-${number}`,
      uuid: randomUUID(),
      name: `Machine ${number}`,
      createdAt: new Date().toISOString(),
      architecture: place % 3 === 0 ? 'aarch64' : 'x86_64',
      memoryMiB: 512,
      networks: [{ id: 'lan', model: 'virtio', backend: { kind: 'user' } }],
    })
    const folder = join(home, 'data', 'machines', spec.id)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'machine.json'), formatMachineFile(spec))
  }
}
