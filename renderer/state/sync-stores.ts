import type { ApiEvent } from '#contract/api'
import type { ContainerEntry } from '#contract/container'
import type { Job } from '#contract/job'
import type { VmEntry } from '#contract/vm-state'

import { failureOf } from '../api/call-failed.ts'
import type { Client } from '../api/client.ts'
import { useConnectionStore } from './connection-store.ts'
import { noteImageChange } from './image-store.ts'
import { useContainerStore } from './container-store.ts'
import { useHostStore } from './host-store.ts'
import { useJobStore } from './job-store.ts'
import { useSnapshotStore } from './snapshot-store.ts'
import { useVmStore } from './vm-store.ts'

/**
 * Keeps the stores equal to what the owner announces, and is the only one who writes them. It reads the whole list at the
 * start and whenever the connection was lost; events that arrive meanwhile are newer than the list and win over it.
 * Returns the end of it.
 */
export function syncStores(client: Client): () => void {
  let eventsDuringLoad: ApiEvent[] | undefined
  let latestLoad = 0

  const load = async (): Promise<void> => {
    const thisLoad = ++latestLoad
    eventsDuringLoad = []
    try {
      const entries = await client.call('vm.list', {})
      if (thisLoad !== latestLoad) return
      useVmStore.setState({ status: { kind: 'ready' }, entries: new Map(entries.map((entry) => [entry.id, entry])) })
      for (const event of eventsDuringLoad) apply(event)
      // After the library: nobody waits for the list of jobs to see their machines.
      const jobs = await client.call('job.list', {})
      if (thisLoad !== latestLoad) return
      useJobStore.setState({ jobs: new Map(jobs.map((job) => [job.id, job])) })
      await loadContainers()
      if (thisLoad !== latestLoad) return
      for (const event of eventsDuringLoad) apply(event)
    } catch (error) {
      if (thisLoad === latestLoad) useVmStore.setState({ status: { kind: 'failed', failure: failureOf(error) } })
    } finally {
      if (thisLoad === latestLoad) eventsDuringLoad = undefined
    }
  }

  /** On its own: a library whose containers cannot be listed is still a library. */
  const loadContainers = async (): Promise<void> => {
    try {
      const containers = await client.call('container.list', {})
      useContainerStore.setState({
        entries: new Map(containers.map((entry) => [entry.id, entry])),
        failure: undefined,
      })
    } catch (error) {
      useContainerStore.setState({ failure: failureOf(error) })
    }
  }

  const endEvents = client.subscribe((event) => {
    if (eventsDuringLoad !== undefined) eventsDuringLoad.push(event)
    apply(event)
  })
  const endConnection = client.onConnection((connected) => {
    const wasConnected = useConnectionStore.getState().connected
    useConnectionStore.setState({ connected })
    if (connected && !wasConnected) void load()
  })
  const reload = (): void => void load()
  reloadRequests.add(reload)
  void load()

  return () => {
    latestLoad += 1
    reloadRequests.delete(reload)
    endEvents()
    endConnection()
  }
}

const reloadRequests = new Set<() => void>()

/** Reads the list again, for the button beside a list that could not be loaded. */
export function reloadLibrary(): void {
  useVmStore.setState({ status: { kind: 'loading' } })
  for (const reload of reloadRequests) reload()
}

function apply(event: ApiEvent): void {
  switch (event.kind) {
    case 'vm.changed':
      changeEntries((entries) => entries.set(event.entry.id, event.entry))
      return
    case 'vm.removed':
      changeEntries((entries) => entries.delete(event.id))
      return
    case 'job.changed':
      changeJobs((jobs) => jobs.set(event.job.id, event.job))
      return
    case 'job.removed':
      changeJobs((jobs) => jobs.delete(event.id))
      return
    case 'image.changed':
      noteImageChange()
      return
    case 'snapshot.changed':
      useSnapshotStore.setState(({ revisions }) => ({
        revisions: new Map(revisions).set(event.vmId, (revisions.get(event.vmId) ?? 0) + 1),
      }))
      return
    case 'container.changed':
      changeContainers((entries) => entries.set(event.entry.id, event.entry))
      return
    case 'container.removed':
      changeContainers((entries) => entries.delete(event.id))
      return
    case 'host.checked':
      useHostStore.setState({ report: event.report, failure: undefined })
      return
  }
}

function changeEntries(change: (entries: Map<string, VmEntry>) => void): void {
  useVmStore.setState(({ entries }) => {
    const next = new Map(entries)
    change(next)
    return { entries: next }
  })
}

function changeContainers(change: (entries: Map<string, ContainerEntry>) => void): void {
  useContainerStore.setState(({ entries }) => {
    const next = new Map(entries)
    change(next)
    return { entries: next }
  })
}

function changeJobs(change: (jobs: Map<string, Job>) => void): void {
  useJobStore.setState(({ jobs }) => {
    const next = new Map(jobs)
    change(next)
    return { jobs: next }
  })
}
