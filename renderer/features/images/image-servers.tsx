import type { ImageServer } from '#contract/image'
import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { Plus, Trash2 } from 'lucide-react'

import { FailureCard } from '../../ui/failure-card.tsx'
import { timeWords } from '../machines/state-words.ts'
import type { ImageActions } from './image-actions.ts'
import { signatureWords } from './image-words.ts'

interface ImageServersProps {
  readonly servers: readonly ImageServer[]
  readonly actions: ImageActions
  readonly onAdd: () => void
}

/** Whose lists are read, when that was, and what became of it. */
export function ImageServers({ servers, actions, onAdd }: ImageServersProps) {
  return (
    <>
      <ul className="stored-images panel" aria-label="Servers">
        {servers.map((server) => (
          <li key={server.id} className="stored-image">
            <div className="stored-main">
              <h2 className="stored-title wrap-anywhere">{server.title}</h2>
              {server.url !== undefined && <p className="stored-line quiet wrap-anywhere">{server.url}</p>}
              <p className="stored-line quiet">
                {server.imageCount} images{server.url !== undefined && `, ${readWords(server)}`}
              </p>
              {server.failure !== undefined && <FailureCard failure={server.failure} />}
            </div>
            {server.url !== undefined && (
              <div className="stored-actions">
                <Tooltip label={`Remove ${server.title}`}>
                  <ActionIcon
                    aria-label={`Remove ${server.title}`}
                    onClick={() => void actions.removeServer(server.id, server.title)}
                  >
                    <Trash2 size={16} />
                  </ActionIcon>
                </Tooltip>
              </div>
            )}
          </li>
        ))}
      </ul>
      <Button
        className="image-add-server"
        variant="default"
        leftSection={<Plus size={15} aria-hidden />}
        onClick={onAdd}
      >
        Add a server
      </Button>
    </>
  )
}

function readWords({ fetchedAt, signature }: ImageServer): string {
  if (fetchedAt === undefined) return 'never read'
  return `read ${timeWords(fetchedAt)}. ${signatureWords[signature]}`
}
