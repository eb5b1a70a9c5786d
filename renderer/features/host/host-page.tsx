import type { HostFinding, HostReport } from '#contract/host'
import { Button, Skeleton } from '@mantine/core'
import { RefreshCw } from 'lucide-react'
import { useEffect } from 'react'

import { useHostStore } from '../../state/host-store.ts'
import { FailureCard } from '../../ui/failure-card.tsx'
import { Page } from '../../ui/page.tsx'
import { FindingCard } from './finding-card.tsx'
import { useCheckHost } from './host-actions.ts'
import { hostSummary } from './host-summary.ts'
import './host.css'

const statusOrder: Readonly<Record<HostFinding['status'], number>> = { missing: 0, advice: 1, ok: 2 }
const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })

/** What this computer brings for running machines. Findings advise; none of them blocks anything. */
export function HostPage() {
  const { report, checking, failure } = useHostStore()
  const checkHost = useCheckHost()
  useEffect(() => {
    void checkHost(false)
  }, [checkHost])

  return (
    <Page
      title="Host"
      detail={report === undefined ? 'Looking at this computer' : summaryWords(report)}
      actions={
        <Button
          variant="default"
          leftSection={<RefreshCw size={15} aria-hidden />}
          loading={checking}
          onClick={() => void checkHost(true)}
        >
          Check again
        </Button>
      }
    >
      {failure !== undefined && <FailureCard failure={failure} />}
      {report === undefined && failure === undefined && <FindingsLoading />}
      {report !== undefined && (
        <>
          <ul className="findings panel" aria-label="Findings about this host">
            {report.findings
              .toSorted((a, b) => statusOrder[a.status] - statusOrder[b.status])
              .map((finding) => (
                <FindingCard key={finding.id} finding={finding} />
              ))}
          </ul>
          <p className="quiet findings-note">
            Checked at {timeOfDay.format(new Date(report.checkedAt))}. Petri never runs these commands itself.
          </p>
        </>
      )}
    </Page>
  )
}

function summaryWords(report: HostReport): string {
  const { ok, advice, missing } = hostSummary(report)
  const parts = [`${ok} ready`]
  if (advice > 0) parts.push(`${advice} with advice`)
  if (missing > 0) parts.push(`${missing} missing`)
  return parts.join(', ')
}

function FindingsLoading() {
  return (
    <div className="findings panel findings-loading" role="status" aria-label="Checking this host">
      {Array.from({ length: 5 }, (_, index) => (
        <Skeleton key={index} height={18} radius="sm" width={`${88 - index * 9}%`} />
      ))}
    </div>
  )
}
