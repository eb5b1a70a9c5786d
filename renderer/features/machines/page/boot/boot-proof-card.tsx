import type { BootProof } from '#contract/boot-proof'
import type { MachineEntry } from '#contract/vm-state'
import { Button } from '@mantine/core'
import { MonitorPlay } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'

import { failureOf } from '../../../../api/call-failed.ts'
import { recordFailure } from '../../../../state/activity-store.ts'
import { useClient } from '../../../../state/client-context.ts'
import { useJobStore } from '../../../../state/job-store.ts'
import { useAnswer } from '../../../../state/use-answer.ts'
import { isOpenJob } from '../../../jobs/job-words.ts'
import './boot-proof.css'

/** Whether the machine boots: a run that is thrown away, and what it wrote and showed. */
export function BootProofCard({ entry }: { readonly entry: MachineEntry }) {
  const client = useClient()
  const { id } = entry
  const [asking, setAsking] = useState(false)
  const { value, askAgain } = useAnswer(
    useCallback((signal: AbortSignal) => client.call('vm.bootProof', { id }, { signal }), [client, id]),
  )
  const phase = useJobStore(({ jobs }) => {
    const job = [...jobs.values()].find(
      ({ kind, subject, state }) =>
        kind === 'vm.proveBoot' && subject?.id === id && (state.kind === 'running' || state.kind === 'queued'),
    )
    if (job === undefined || !isOpenJob(job)) return undefined
    return job.state.kind === 'running' ? job.state.at.phase : 'Waiting'
  })
  const isUnderWay = phase !== undefined
  useEffect(() => {
    if (!isUnderWay) askAgain()
  }, [isUnderWay, askAgain])

  const prove = async (): Promise<void> => {
    setAsking(true)
    try {
      await client.call('vm.proveBoot', { id })
    } catch (error) {
      recordFailure({ machineId: id, machineName: entry.name, failure: failureOf(error) })
    }
    setAsking(false)
  }
  const proof = value?.proof
  return (
    <section className="panel boot-proof" aria-labelledby="boot-proof-title">
      <div className="boot-proof-head">
        <div>
          <h2 id="boot-proof-title" className="boot-proof-title">
            Does it boot?
          </h2>
          <p className="quiet boot-proof-text" role="status">
            {phase ??
              (proof ? verdictWords(proof) : 'A run on a layer that is thrown away; its disks stay as they are.')}
          </p>
        </div>
        <Button
          variant="default"
          leftSection={<MonitorPlay size={15} aria-hidden />}
          loading={asking || isUnderWay}
          disabled={entry.state.kind !== 'stopped'}
          onClick={() => void prove()}
        >
          {proof === undefined ? 'Prove that it boots' : 'Prove it again'}
        </Button>
      </div>
      {proof !== undefined && !isUnderWay && <Evidence proof={proof} pictureBase64={value?.pictureBase64} />}
    </section>
  )
}

interface EvidenceProps {
  readonly proof: BootProof
  readonly pictureBase64: string | undefined
}

function Evidence({ proof, pictureBase64 }: EvidenceProps) {
  const text = proof.serial.trim() === '' ? proof.screenText : proof.serial
  return (
    <div className="boot-proof-evidence">
      {pictureBase64 !== undefined && (
        <img
          className="boot-proof-picture"
          src={`data:image/png;base64,${pictureBase64}`}
          alt="Its screen at the end"
        />
      )}
      {text.trim() !== '' && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a part that scrolls has to be reached by keyboard
        <pre className="boot-proof-lines" tabIndex={0} aria-label="What it wrote">
          {text.trim().split('\n').slice(-LINES_SHOWN).join('\n')}
        </pre>
      )}
    </div>
  )
}

const LINES_SHOWN = 25

function verdictWords({ at, seconds, verdict, words }: BootProof): string {
  const when = new Date(at).toLocaleString()
  const quoted = words === '' ? '' : ` “${words}”`
  return `${verdicts[verdict]}${quoted} (${seconds} s, ${when})`
}

const verdicts: Readonly<Record<BootProof['verdict'], string>> = {
  system: 'Yes: it asks for a login or a command.',
  kernel: 'Its kernel starts; no login was seen in time.',
  loader: 'It reaches its boot loader, and nothing more was seen in time.',
  nothing: 'No: its firmware finds nothing to boot from.',
  stopped: 'No: it gave up.',
  unclear: 'Not clear: it wrote nothing that Petri knows. See its screen.',
}
