/**
 * Called at each point where a sudden end would be most unpleasant. The app does nothing there; tests of durability
 * end the process at a point by its name and then look at what the next start finds.
 */
export type Reach = (point: ReachPoint) => void

export type ReachPoint =
  | 'create.folder-made'
  | 'create.files-made'
  | 'create.spec-written'
  | 'create.renamed'
  | 'create.synced'
  | 'save.written'
  | 'save.synced'
  | 'save.renamed'
  | 'start.planned'
  | 'start.recorded'
  | 'start.launched'
  | 'start.identified'
  | 'start.attached'
  | 'start.continued'
  | 'snapshot.begun'
  | 'snapshot.taken'
  | 'snapshot.recorded'
  | 'revert.begun'
  | 'revert.applied'
  | 'revert.saved'
  | 'remove.begun'
  | 'remove.done'
  | 'freeze.begun'
  | 'freeze.linked'
  | 'freeze.replaced'
  | 'freeze.saved'
