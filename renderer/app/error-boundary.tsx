import { Button } from '@mantine/core'
import { Component, type ReactNode } from 'react'

import { failureOf } from '../api/call-failed.ts'
import { FailureCard } from '../ui/failure-card.tsx'

interface ErrorBoundaryProps {
  readonly children: ReactNode
}

/** Keeps a mistake in one screen from taking the window down; machines are not touched by it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly error: unknown }> {
  override state = { error: undefined }

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === undefined) return this.props.children
    return (
      <div className="page-error">
        <FailureCard
          failure={{ ...failureOf(error), cause: 'Your machines go on running; only this screen stopped.' }}
          actions={
            <Button size="compact-sm" onClick={() => this.setState({ error: undefined })}>
              Show it again
            </Button>
          }
        />
      </div>
    )
  }
}
