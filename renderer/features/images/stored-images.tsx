import type { StoredImage } from '#contract/image'
import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { PackageOpen, Trash2 } from 'lucide-react'

import { formatRoute } from '../../state/route.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Situation } from '../../ui/situation.tsx'
import { sizeWords } from '../machines/state-words.ts'
import type { ImageActions } from './image-actions.ts'
import { kindWords } from './image-words.ts'
import { TrustLabel } from './trust-label.tsx'

interface StoredImagesProps {
  readonly stored: readonly StoredImage[]
  readonly actions: ImageActions
  readonly onCatalogue: () => void
}

/** What is here: who vouches for it, and who would miss it. */
export function StoredImages({ stored, actions, onCatalogue }: StoredImagesProps) {
  if (stored.length === 0) {
    return (
      <Situation
        icon={<PackageOpen size={24} />}
        title="No images are here yet"
        actions={
          <Button variant="default" onClick={onCatalogue}>
            Look at the catalogue
          </Button>
        }
      >
        <p>Download one, or import a file of your own. What is here can be used offline.</p>
      </Situation>
    )
  }
  return (
    <ul className="stored-images panel" aria-label="Images that are here">
      {stored.map((image) => (
        <StoredRow key={image.digest} image={image} actions={actions} />
      ))}
    </ul>
  )
}

function StoredRow({ image, actions }: { readonly image: StoredImage; readonly actions: ImageActions }) {
  const used = image.usedBy.length > 0
  const label = used ? `${image.title} is in use and cannot be removed` : `Remove ${image.title}`
  return (
    <li className="stored-image">
      <div className="stored-main">
        <h2 className="stored-title wrap-anywhere">{image.title}</h2>
        <p className="stored-line quiet">
          {kindWords[image.kind]} ({image.format}){image.architecture !== '' && `, ${image.architecture}`},{' '}
          {sizeWords(image.sizeBytes)}
        </p>
        <p className="stored-line">
          <TrustLabel trust={image.trust} note={image.trustNote} />
          {image.trustNote !== undefined && <span className="quiet wrap-anywhere">{image.trustNote}</span>}
        </p>
        <p className="stored-line">
          {used ? 'Used by ' : <span className="quiet">Used by nobody</span>}
          {image.usedBy.map((user, index) => (
            <span key={`${user.kind} ${user.id}`}>
              {index > 0 && ', '}
              {user.kind === 'vm' ? (
                <a href={formatRoute({ kind: 'machine', id: user.id, tab: 'overview' })}>{user.name}</a>
              ) : (
                user.name
              )}
            </span>
          ))}
        </p>
      </div>
      <div className="stored-actions">
        <CopyButton text={image.path} label="Copy path" variant="subtle" />
        <Tooltip label={label}>
          <ActionIcon
            aria-label={label}
            {...(used && { 'aria-disabled': true, 'data-disabled': true })}
            onClick={() => {
              if (!used) void actions.remove(image.digest, image.title)
            }}
          >
            <Trash2 size={16} />
          </ActionIcon>
        </Tooltip>
      </div>
    </li>
  )
}
