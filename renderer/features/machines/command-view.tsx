import type { ExplainedArg, VmCommand } from '#contract/vm-state'

import { CommandLine } from '../../ui/command-line.tsx'
import './command-view.css'

const partWords = {
  sandbox: 'The sandbox around it',
  qemu: 'QEMU',
} as const

/** The exact command, and each of its options with a sentence. */
export function CommandView({ command }: { readonly command: VmCommand }) {
  return (
    <div className="command-view">
      <CommandLine command={command.shell} />
      {(['qemu', 'sandbox'] as const).map((part) => {
        const args = command.explained.filter((arg) => arg.part === part)
        return args.length > 0 && <ExplainedArgs key={part} title={partWords[part]} args={args} />
      })}
    </div>
  )
}

function ExplainedArgs({ title, args }: { readonly title: string; readonly args: readonly ExplainedArg[] }) {
  return (
    <section aria-label={title}>
      <h2 className="explained-title">{title}</h2>
      <dl className="explained panel">
        {args.map((arg) => (
          <div key={`${arg.args.join(' ')} ${arg.explanation}`} className="explained-row">
            <dt>
              <code>{arg.args.join(' ')}</code>
            </dt>
            <dd>{arg.explanation}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
