import { ActionIcon, Button } from '@mantine/core'
import { CircleCheck, CircleDashed, RefreshCw, Wrench, X } from 'lucide-react'
import { useCallback } from 'react'

import { useHostStore } from '../../state/host-store.ts'
import { usePreferencesStore } from '../../state/preferences-store.ts'
import { useVmStore } from '../../state/vm-store.ts'
import { navigate } from '../../state/use-route.ts'
import { useOnceSettled } from '../../ui/use-once-settled.ts'
import { useCheckHost } from './host-actions.ts'
import { hostSummary } from './host-summary.ts'
import './host.css'

/** One line above the library: green where all is well, else what is missing and where to read about it. */
export function ReadinessCard() {
  const report = useHostStore((store) => store.report)
  const checking = useHostStore((store) => store.checking)
  const failed = useHostStore((store) => store.failure !== undefined)
  const hidden = usePreferencesStore((store) => store.readinessHidden)
  const libraryReady = useVmStore((store) => store.status.kind === 'ready')
  const checkHost = useCheckHost()
  useOnceSettled(
    libraryReady,
    useCallback(() => {
      if (useHostStore.getState().report === undefined) void checkHost(false)
    }, [checkHost]),
  )

  if (report === undefined) return hidden || failed ? null : <Checking />
  const { missing, advice } = hostSummary(report)
  if (missing === 0 && hidden) return null
  const wanting = report.findings.find((finding) => finding.status === 'missing')
  return (
    <section className="readiness" data-missing={missing > 0 || undefined} aria-label="Host readiness">
      {missing === 0 ? (
        <CircleCheck className="tone-good" size={18} aria-hidden />
      ) : (
        <Wrench className="tone-warn" size={18} aria-hidden />
      )}
      <p className="readiness-text">
        {missing === 0 ? (
          <>
            <strong>This computer is ready.</strong>{' '}
            <span className="quiet">{advice === 0 ? 'Everything Petri needs is here.' : adviceWords(advice)}</span>
          </>
        ) : (
          <>
            <strong>{wanting?.title}</strong>{' '}
            <span className="quiet">
              {wanting?.finding}
              {missing > 1 && ` And ${missing - 1} more.`}
            </span>
          </>
        )}
      </p>
      <Button size="compact-sm" variant="subtle" onClick={() => navigate({ kind: 'host' })}>
        {missing === 0 ? 'Details' : 'How to fix it'}
      </Button>
      {missing > 0 ? (
        <ActionIcon aria-label="Check this host again" loading={checking} onClick={() => void checkHost(true)}>
          <RefreshCw size={15} />
        </ActionIcon>
      ) : (
        <ActionIcon
          aria-label="Hide host readiness"
          onClick={() => usePreferencesStore.setState({ readinessHidden: true })}
        >
          <X size={15} />
        </ActionIcon>
      )}
    </section>
  )
}

/** As high as what takes its place, so that the library below does not jump away from a hand that reaches for it. */
function Checking() {
  return (
    <section className="readiness" aria-label="Host readiness">
      <CircleDashed className="quiet" size={18} aria-hidden />
      <p className="readiness-text quiet">Looking at what this computer can do…</p>
    </section>
  )
}

function adviceWords(advice: number): string {
  return `${advice} piece${advice === 1 ? '' : 's'} of advice would make it better.`
}
