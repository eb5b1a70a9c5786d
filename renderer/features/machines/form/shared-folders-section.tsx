import type { SharedFolder } from '#contract/vm-spec'
import { ActionIcon, Button, Checkbox, Select, TextInput } from '@mantine/core'
import { FolderSymlink, Plus, Trash2 } from 'lucide-react'

import { fieldProps } from './field-props.ts'
import { FormSection } from '../../form/form-section.tsx'
import { changeItem, withoutItem } from '../../form/list-items.ts'
import { freeId, isFixed, type SpecForm } from './spec-form-context.ts'

const drivers = [
  { value: '9p', label: '9p: needs nothing else' },
  { value: 'virtiofs', label: 'virtiofs: faster, no suspend' },
] as const

/** Folders of this computer that the guest can mount. */
export function SharedFoldersSection({ form }: { readonly form: SpecForm }) {
  const { draft, change } = form
  const folders = draft.sharedFolders
  return (
    <FormSection title="Shared folders" hint="The Overview shows the command that mounts each in a Linux guest.">
      <ul className="device-list field-wide" aria-label="Shared folders">
        {folders.map((folder, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- its name is being typed
          <FolderItem key={index} form={form} folder={folder} index={index} />
        ))}
      </ul>
      <div className="field-buttons field-wide">
        <Button
          size="compact-sm"
          variant="default"
          disabled={isFixed(form, 'sharedFolders') || folders.length >= 8}
          leftSection={<Plus size={14} aria-hidden />}
          onClick={() =>
            change({
              sharedFolders: [...folders, { id: freeId('share', folders), path: '/', readOnly: true, driver: '9p' }],
            })
          }
        >
          Share a folder
        </Button>
      </div>
    </FormSection>
  )
}

interface FolderItemProps {
  readonly form: SpecForm
  readonly folder: SharedFolder
  readonly index: number
}

function FolderItem({ form, folder, index }: FolderItemProps) {
  const path = `sharedFolders[${index}]`
  const changeFolder = (patch: Partial<SharedFolder>): void =>
    form.change({ sharedFolders: changeItem(form.draft.sharedFolders, index, patch) })
  return (
    <li className="device" aria-label={`Shared folder ${index + 1}`}>
      <FolderSymlink className="device-icon" size={17} aria-hidden />
      <div className="device-fields">
        <TextInput
          {...fieldProps(form, `${path}.path`)}
          className="device-path path-input"
          label={`Folder ${index + 1} on this computer`}
          spellCheck={false}
          autoComplete="off"
          value={folder.path}
          onChange={(event) => changeFolder({ path: event.currentTarget.value })}
        />
        <TextInput
          {...fieldProps(form, `${path}.id`)}
          label="Name in the guest"
          spellCheck={false}
          maxLength={31}
          value={folder.id}
          onChange={(event) => changeFolder({ id: event.currentTarget.value.toLowerCase() })}
        />
        <Select
          {...fieldProps(form, `${path}.driver`)}
          label="Driver"
          data={drivers}
          value={folder.driver}
          onChange={(driver) => driver !== null && changeFolder({ driver })}
        />
        <div className="field-checks">
          <Checkbox
            {...fieldProps(form, `${path}.readOnly`)}
            label="The guest may only read it"
            checked={folder.readOnly}
            onChange={(event) => changeFolder({ readOnly: event.currentTarget.checked })}
          />
        </div>
      </div>
      <ActionIcon
        aria-label={`Remove shared folder ${index + 1}`}
        disabled={isFixed(form, 'sharedFolders')}
        onClick={() => form.change({ sharedFolders: withoutItem(form.draft.sharedFolders, index) })}
      >
        <Trash2 size={15} />
      </ActionIcon>
    </li>
  )
}
