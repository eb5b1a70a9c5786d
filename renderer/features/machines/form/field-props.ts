import { problemProps } from '../../form/field-problems.tsx'
import { isFixed, needsOff, type SpecForm } from './spec-form-context.ts'

type FieldProps = ReturnType<typeof problemProps> & {
  readonly disabled: boolean
  readonly wrapperProps?: { readonly 'data-needs-off': true }
}

/** What every Mantine input of the form shares: its id, whether it can be changed, and the problems of its field. */
export function fieldProps(form: SpecForm, path: string, hint?: string): FieldProps {
  return {
    ...problemProps(form.problems, path, hint),
    disabled: isFixed(form, path),
    ...(needsOff(form, path) ? { wrapperProps: { 'data-needs-off': true } } : {}),
  }
}
