import type { Failure } from '#contract/failure'
import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'

import { failureOf } from '../../api/call-failed.ts'
import { FailureCard } from '../../ui/failure-card.tsx'
import { PathInput } from '../form/path-input.tsx'
import type { ImageActions } from './image-actions.ts'

export type ImageFormKind = 'import' | 'address' | 'server'

interface ImageFormProps {
  readonly actions: ImageActions
  readonly onClose: () => void
}

/** The one form that is open. */
export function ImageForm({ kind, ...props }: ImageFormProps & { readonly kind: ImageFormKind }) {
  switch (kind) {
    case 'import':
      return <ImportForm {...props} />
    case 'address':
      return <AddressForm {...props} />
    case 'server':
      return <ServerForm {...props} />
  }
}

function ImportForm({ actions, onClose }: ImageFormProps) {
  const [path, setPath] = useState('')
  const [title, setTitle] = useState('')
  const [architecture, setArchitecture] = useState('')
  return (
    <FormFrame
      title="Import an image file"
      verb="Import"
      ready={path.startsWith('/')}
      onClose={onClose}
      onSubmit={() =>
        actions.begin('image.import', {
          path,
          ...(title.trim() !== '' && { title: title.trim() }),
          ...(architecture.trim() !== '' && { architecture: architecture.trim() }),
        })
      }
    >
      <PathInput
        label="Image file"
        description="A disk image, an ISO, or a root archive. It is copied, and the copy checked."
        value={path}
        data-autofocus
        onChange={setPath}
      />
      <TextInput
        label="Name"
        placeholder="The file’s name"
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <TextInput
        label="Architecture"
        placeholder="amd64, arm64, armhf, …"
        value={architecture}
        maxLength={32}
        onChange={(event) => setArchitecture(event.currentTarget.value)}
      />
    </FormFrame>
  )
}

function AddressForm({ actions, onClose }: ImageFormProps) {
  const [url, setUrl] = useState('')
  const [digest, setDigest] = useState('')
  const [consent, setConsent] = useState(false)
  const sha256 = digest.trim().toLowerCase()
  const digestWrong = sha256 !== '' && !/^[0-9a-f]{64}$/.test(sha256)
  return (
    <FormFrame
      title="Download from an address"
      verb="Download"
      ready={url.startsWith('https://') && !digestWrong && (sha256 !== '' || consent)}
      onClose={onClose}
      onSubmit={() =>
        actions.begin('image.pull', { url: url.trim(), acceptUnverified: consent, ...(sha256 !== '' && { sha256 }) })
      }
    >
      <TextInput
        label="Address"
        placeholder="https://"
        value={url}
        data-autofocus
        spellCheck={false}
        error={url !== '' && !'https://'.startsWith(url.slice(0, 8)) && 'It has to begin with https://'}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <TextInput
        label="SHA-256"
        description="As its publisher tells it: 64 hexadecimal digits."
        value={digest}
        spellCheck={false}
        error={digestWrong && 'A SHA-256 has 64 hexadecimal digits'}
        onChange={(event) => setDigest(event.currentTarget.value)}
      />
      {sha256 === '' && (
        <Checkbox
          label="I have no digest and take the file although nobody vouches for it"
          checked={consent}
          onChange={(event) => setConsent(event.currentTarget.checked)}
        />
      )}
    </FormFrame>
  )
}

function ServerForm({ actions, onClose }: ImageFormProps) {
  const [url, setUrl] = useState('')
  const [keyring, setKeyring] = useState('')
  const [fingerprint, setFingerprint] = useState('')
  const hex = fingerprint.replaceAll(/\s/g, '')
  const signed = keyring !== ''
  return (
    <FormFrame
      title="Add a server"
      verb="Add"
      ready={url.startsWith('https://') && signed === (hex !== '')}
      onClose={onClose}
      onSubmit={() =>
        actions.addServer({ url: url.trim(), ...(signed && { keyring }), fingerprints: signed ? [hex] : [] })
      }
    >
      <TextInput
        label="Address"
        description="The folder that holds streams/v1/ (simplestreams)."
        placeholder="https://"
        value={url}
        data-autofocus
        spellCheck={false}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <PathInput
        label="Keyring"
        description="If its lists are signed. They are then refused without a good signature."
        value={keyring}
        onChange={setKeyring}
      />
      <TextInput
        label="Fingerprint of its key"
        value={fingerprint}
        disabled={!signed}
        spellCheck={false}
        onChange={(event) => setFingerprint(event.currentTarget.value)}
      />
    </FormFrame>
  )
}

function FormFrame(props: {
  readonly title: string
  readonly verb: string
  readonly ready: boolean
  readonly onClose: () => void
  readonly onSubmit: () => Promise<void>
  readonly children: ReactNode
}) {
  const [failure, setFailure] = useState<Failure>()
  const [busy, setBusy] = useState(false)
  const submit = async (): Promise<void> => {
    setBusy(true)
    setFailure(undefined)
    try {
      await props.onSubmit()
      props.onClose()
    } catch (error) {
      setFailure(failureOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={props.onClose} title={props.title} centered closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (props.ready && !busy) void submit()
        }}
      >
        <Stack gap="sm">
          {props.children}
          {failure !== undefined && <FailureCard failure={failure} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={props.onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={!props.ready} loading={busy}>
              {props.verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
