import { Autocomplete, Select, TagsInput, TextInput } from '@mantine/core'
import { Boxes, FileArchive, Library, ScrollText } from 'lucide-react'
import { useCallback } from 'react'

import { architectureLabels, containerArchitectures } from '#contract/container'
import type { Problem } from '#contract/problem'

import { useClient } from '../../state/client-context.ts'
import { useAnswer } from '../../state/use-answer.ts'
import { ChoiceCards } from '../form/choice-cards.tsx'
import { problemProps } from '../form/field-problems.tsx'
import { FormSection } from '../form/form-section.tsx'
import { PathInput } from '../form/path-input.tsx'
import { suitesFor, type Wishes } from './container-draft.ts'

export interface SectionProps {
  readonly wishes: Wishes
  readonly problems: readonly Problem[]
  readonly change: (part: Partial<Wishes>) => void
}

const kinds = [
  { value: 'debian', icon: ScrollText, title: 'Debian release', text: 'Made from the distribution’s packages' },
  { value: 'file', icon: FileArchive, title: 'File or folder', text: 'A tar or squashfs of a root file system' },
  { value: 'oci', icon: Library, title: 'OCI image', text: 'From a registry, or saved by Docker or Podman' },
  { value: 'base', icon: Boxes, title: 'Already here', text: 'One that was unpacked before: ready at once' },
] as const

const variants = [
  { value: 'minbase', label: 'Small: apt and what is essential' },
  { value: 'standard', label: 'Standard' },
  { value: 'buildd', label: 'For building: with a compiler' },
] as const

const architectures = containerArchitectures.map((value) => ({
  value,
  label: `${value}: ${architectureLabels[value]}`,
}))

/** What the container is of, and where that comes from. */
export function SourceSection({
  wishes,
  problems,
  change,
  suggestedName,
}: SectionProps & { readonly suggestedName: string }) {
  const { architecture, sourceKind } = wishes
  const chooseArchitecture = (next: Wishes['architecture']) => {
    const suites = suitesFor(next)
    const suite = suites.length === 0 || suites.includes(wishes.suite) ? wishes.suite : (suites[0] ?? wishes.suite)
    change({ architecture: next, suite, baseId: undefined })
  }
  return (
    <FormSection title="What runs in it" hint="Unpacked once; all containers made of it share it.">
      <Select
        {...problemProps(problems, 'architecture')}
        label="Architecture"
        data={architectures}
        value={architecture}
        searchable
        allowDeselect={false}
        onChange={(value) => value !== null && chooseArchitecture(value)}
      />
      <TextInput
        {...problemProps(problems, 'name')}
        label="Name"
        dir="auto"
        maxLength={120}
        placeholder={suggestedName}
        value={wishes.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <div className="field-wide">
        <ChoiceCards
          label="Root file system"
          columns="two"
          choices={kinds}
          value={sourceKind}
          onChange={(value) => change({ sourceKind: value })}
        />
      </div>
      <SourceFields wishes={wishes} problems={problems} change={change} />
    </FormSection>
  )
}

function SourceFields({ wishes, problems, change }: SectionProps) {
  switch (wishes.sourceKind) {
    case 'debian':
      return (
        <>
          <Autocomplete
            {...problemProps(problems, 'source.suite')}
            label="Release"
            data={[...suitesFor(wishes.architecture)]}
            value={wishes.suite}
            onChange={(suite) => change({ suite })}
          />
          <Select
            label="Variant"
            size="sm"
            data={variants}
            value={wishes.variant}
            allowDeselect={false}
            onChange={(variant) => variant !== null && change({ variant })}
          />
          <TagsInput
            {...problemProps(problems, 'source.packages')}
            label="Packages to install"
            className="field-wide"
            placeholder={wishes.packages.length === 0 ? 'gcc, make, gdbserver' : ''}
            splitChars={[',', ' ']}
            acceptValueOnBlur
            value={[...wishes.packages]}
            onChange={(packages) => change({ packages })}
          />
        </>
      )
    case 'file':
      return (
        <PathInput
          {...problemProps(problems, 'source.path', 'tar (also gz, xz, zst), squashfs, or a folder, with / at its end')}
          className="field-wide"
          label="File"
          placeholder="/home/me/rootfs.tar.xz"
          value={wishes.path}
          onChange={(path) => change({ path })}
        />
      )
    case 'oci':
      return (
        <TextInput
          {...problemProps(problems, 'source.reference', 'Of a registry, or the path of a saved archive')}
          className="field-wide field-code"
          label="Image"
          placeholder="debian:12, ghcr.io/owner/image:tag, /home/me/image.tar"
          spellCheck={false}
          value={wishes.reference}
          onChange={(event) => change({ reference: event.currentTarget.value })}
        />
      )
    case 'base':
      return <BaseSelect wishes={wishes} problems={problems} change={change} />
  }
}

function BaseSelect({ wishes, problems, change }: SectionProps) {
  const client = useClient()
  const { value, failure } = useAnswer(
    useCallback((signal: AbortSignal) => client.call('container.bases', {}, { signal }), [client]),
  )
  if (failure !== undefined) return <p className="quiet field-wide">They cannot be listed: {failure.title}.</p>
  if (value === undefined) return <p className="quiet field-wide">Looking at what is here.</p>
  const bases = value.filter(({ architecture }) => architecture === wishes.architecture)
  if (bases.length === 0)
    return <p className="quiet field-wide">Nothing of {wishes.architecture} has been unpacked here yet.</p>
  return (
    <Select
      {...problemProps(problems, 'source.baseId')}
      label="Unpacked root file system"
      className="field-wide"
      placeholder="Choose one"
      data={bases.map(({ id, label, createdAt }) => ({ value: id, label: `${label}, ${createdAt.slice(0, 10)}` }))}
      value={wishes.baseId ?? null}
      onChange={(baseId) => change({ baseId: baseId ?? undefined })}
    />
  )
}
