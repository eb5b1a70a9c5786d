import type { ConvertPlan } from '#contract/disk'

import { CommandLine } from '../../ui/command-line.tsx'
import { sizeWords } from '../machines/state-words.ts'

/** The exact command with its reasons, and the space that it needs. */
export function ConvertPlanView({ plan }: { readonly plan: ConvertPlan }) {
  return (
    <section aria-labelledby="plan-title">
      <h2 id="plan-title" className="disk-heading">
        What will be done
      </h2>
      <p>
        A disk of {sizeWords(plan.virtualBytes)}, {plan.sourceFormat} to {plan.format}.
        {plan.requiredBytes !== undefined &&
          ` At most ${sizeWords(plan.requiredBytes)} are written; ${sizeWords(plan.freeBytes)} are free.`}
      </p>
      <CommandLine command={plan.shell} />
      <dl className="plan-reasons panel">
        {plan.explained.map(({ args, text }) => (
          <div key={`${args.join(' ')} ${text}`} className="plan-reason">
            <dt>
              <code>{args.join(' ') || 'Why'}</code>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p className="quiet">
        It runs in the sandbox, into a folder beside the new file; the file gets its name when it is whole. The source
        is only read.
      </p>
    </section>
  )
}
