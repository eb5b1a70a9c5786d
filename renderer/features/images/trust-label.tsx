import type { ImageTrust } from '#contract/image'
import { Hash, ShieldAlert, ShieldCheck } from 'lucide-react'

import { trustWords } from './image-words.ts'

const looks = {
  signed: { icon: ShieldCheck, tone: 'good' },
  'publisher-digest': { icon: Hash, tone: 'calm' },
  pinned: { icon: ShieldCheck, tone: 'calm' },
  none: { icon: ShieldAlert, tone: 'warn' },
} as const

/** Why an image is believed, as icon and words; the rest on hover. */
export function TrustLabel({ trust, note }: { readonly trust: ImageTrust; readonly note?: string | undefined }) {
  const { icon: Icon, tone } = looks[trust]
  const { label, meaning } = trustWords[trust]
  return (
    <span className={`image-trust tone-${tone}`} title={note === undefined ? meaning : `${meaning} ${note}`}>
      <Icon size={14} aria-hidden />
      <span className="one-line">{label}</span>
    </span>
  )
}
