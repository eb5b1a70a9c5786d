import type { ChainLink } from '#contract/disk'
import { Layers, TriangleAlert } from 'lucide-react'

import { formatRoute } from '../../state/route.ts'
import { sizeWords } from '../machines/state-words.ts'
import { nameOf } from './disk-words.ts'

/** The files below a layer, drawn from the top down: what a file does not hold, it takes from the one below. */
export function ChainGraph({ chain }: { readonly chain: readonly ChainLink[] }) {
  return (
    <section aria-labelledby="chain-title">
      <h2 id="chain-title" className="disk-heading">
        Backing chain
      </h2>
      <ol className="chain">
        {chain.map((link, index) => (
          <li
            key={`${link.problem ?? ''} ${link.path}`}
            className={`chain-link panel ${link.problem === undefined ? '' : 'chain-broken'}`}
          >
            {link.problem === undefined ? (
              <Layers size={16} aria-hidden />
            ) : (
              <TriangleAlert size={16} className="tone-warn" aria-hidden />
            )}
            <div className="chain-text">
              {index > 0 && link.problem === undefined ? (
                <a className="wrap-anywhere" href={formatRoute({ kind: 'disks', path: link.path })}>
                  {nameOf(link.path)}
                </a>
              ) : (
                <span className="wrap-anywhere">{nameOf(link.path)}</span>
              )}
              <span className="quiet wrap-anywhere">
                {link.problem ??
                  [link.format, link.fileBytes === undefined ? undefined : sizeWords(link.fileBytes), link.path]
                    .filter(Boolean)
                    .join(', ')}
              </span>
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}
