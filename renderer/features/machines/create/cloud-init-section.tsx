import { PasswordInput, Switch, Textarea, TextInput } from '@mantine/core'

import { FormSection } from '../../form/form-section.tsx'
import { fieldId } from '../../form/problems-at.ts'
import type { CheckedCloudInit, CloudInitDraft } from './cloud-init-draft.ts'

interface CloudInitSectionProps {
  readonly draft: CloudInitDraft
  readonly checked: CheckedCloudInit
  readonly disabled: boolean
  readonly onChange: (draft: CloudInitDraft) => void
}

/** First user, host name and packages of a cloud image. */
export function CloudInitSection({ draft, checked, disabled, onChange }: CloudInitSectionProps) {
  const { problems } = checked
  const field = (name: keyof typeof problems) => ({
    id: fieldId(`cloudInit.${name}`),
    disabled,
    ...(problems[name] === undefined ? {} : { error: problems[name] }),
  })
  return (
    <FormSection title="First start (cloud-init)" hint="Cloud images have no user until they are told of one.">
      <Switch
        className="field-wide"
        label="Set it up at the first start"
        description="A small CD in the machine’s folder tells the guest. Only images that know cloud-init read it."
        checked={draft.enabled}
        disabled={disabled}
        onChange={(event) => onChange({ ...draft, enabled: event.currentTarget.checked })}
      />
      {draft.enabled && (
        <>
          <TextInput
            {...field('user')}
            label="User"
            placeholder="me"
            spellCheck={false}
            autoComplete="off"
            value={draft.user}
            onChange={(event) => onChange({ ...draft, user: event.currentTarget.value })}
          />
          <PasswordInput
            {...field('password')}
            label="Password"
            autoComplete="new-password"
            description="Only its hash is kept"
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
            value={draft.password}
            onChange={(event) => onChange({ ...draft, password: event.currentTarget.value })}
          />
          <Textarea
            {...field('sshKeys')}
            className="field-wide path-input"
            label="Public SSH keys"
            placeholder="ssh-ed25519 AAAA… me@host, one a line"
            spellCheck={false}
            autosize
            minRows={2}
            maxRows={6}
            value={draft.sshKeys}
            onChange={(event) => onChange({ ...draft, sshKeys: event.currentTarget.value })}
          />
          <TextInput
            {...field('hostname')}
            label="Host name (optional)"
            spellCheck={false}
            value={draft.hostname}
            onChange={(event) => onChange({ ...draft, hostname: event.currentTarget.value })}
          />
          <TextInput
            {...field('packages')}
            label="Packages (optional)"
            placeholder="nginx git"
            spellCheck={false}
            value={draft.packages}
            onChange={(event) => onChange({ ...draft, packages: event.currentTarget.value })}
          />
        </>
      )}
    </FormSection>
  )
}
