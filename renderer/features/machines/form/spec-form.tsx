import type { VmArchitecture } from '#contract/vm-spec'

import { BootSection } from './boot-section.tsx'
import { DevicesSection } from './devices-section.tsx'
import { DisksSection } from './disks-section.tsx'
import { GeneralSection } from './general-section.tsx'
import { NetworkSection } from './network-section.tsx'
import { ProblemSummary } from '../../form/problem-summary.tsx'
import { SharedFoldersSection } from './shared-folders-section.tsx'
import type { SpecForm } from './spec-form-context.ts'
import { SystemSection } from './system-section.tsx'

interface SpecFormViewProps {
  readonly form: SpecForm
  readonly architectureFixed: boolean
  readonly onArchitecture?: (architecture: VmArchitecture) => void
  readonly newDisks: Readonly<Record<string, number>>
  readonly onNewDisks?: (newDisks: Readonly<Record<string, number>>) => void
}

/** The whole spec of a machine as a form; used to review a new one and to change a stored one. */
export function SpecFormView({ form, architectureFixed, onArchitecture, newDisks, onNewDisks }: SpecFormViewProps) {
  return (
    <div className="spec-form">
      <ProblemSummary problems={form.problems} />
      <GeneralSection form={form} />
      <SystemSection
        form={form}
        architectureFixed={architectureFixed}
        {...(onArchitecture !== undefined ? { onArchitecture } : {})}
      />
      <DisksSection form={form} newDisks={newDisks} {...(onNewDisks !== undefined ? { onNewDisks } : {})} />
      <BootSection form={form} />
      <NetworkSection form={form} />
      <SharedFoldersSection form={form} />
      <DevicesSection form={form} />
    </div>
  )
}
