import { Loader } from '@mantine/core'

export function PageLoading() {
  return (
    <div className="page-loading" role="status" aria-label="Loading">
      <Loader size="sm" />
    </div>
  )
}
