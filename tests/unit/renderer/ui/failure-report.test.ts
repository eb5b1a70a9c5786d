import { expect, it } from 'vitest'

import { failureReport } from '../../../../renderer/ui/failure-report.ts'

it('writes every fact on a line of its own, the raw output last and unedited', () => {
  const report = failureReport(
    {
      code: 'in-use',
      title: 'The machine could not start',
      evidence: 'Failed to get "write" lock',
      cause: 'qemu-img holds the disk.',
      cure: { text: 'See who:', command: 'fuser -v disk.qcow2' },
      problems: [
        { field: 'disks[0].path', message: 'In use.' },
        { field: '', message: 'Of no field.' },
      ],
      raw: 'line 1\n  line 2',
    },
    'web',
  )
  expect(report).toBe(`Petri: The machine could not start
About: web
Code: in-use
Evidence: Failed to get "write" lock
Cause: qemu-img holds the disk.
Problem: disks[0].path: In use.
Problem: Of no field.
Cure: See who:
Command: fuser -v disk.qcow2
Raw output:
line 1
  line 2
`)
})

it('leaves out what is not known', () => {
  expect(failureReport({ code: 'cancelled', title: 'Cancelled' })).toBe('Petri: Cancelled\nCode: cancelled\n')
})
