import './fact-list.css'

/** One line of what is known of something. `code`: the lines are paths or commands. */
export interface Fact {
  readonly name: string
  readonly lines: readonly string[]
  readonly code?: boolean
}

/** What is known of something, in the order in which people ask. */
export function FactList({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="facts panel">
      {facts.map(({ name, lines, code }) => (
        <div key={name} className="fact">
          <dt>{name}</dt>
          <dd className={`fact-lines wrap-anywhere ${code === true ? 'fact-code' : ''}`}>{lines.join('\n')}</dd>
        </div>
      ))}
    </dl>
  )
}
