import { overlayFile } from '../qemu/layered-drive.ts'
import { isVirtiofs } from '../qemu/is-virtiofs.ts'
import { nodeName } from '../qemu/node-name.ts'
import { frozenHostPath } from './frozen-disks.ts'
import {
  cdromSandboxPath,
  diskSandboxPath,
  firmwareSandboxPath,
  frozenSandboxPath,
  hostPath,
  initrdSandboxPath,
  kernelSandboxPath,
  runtimeSandboxFolder,
  sharedFolderSandboxPath,
  scratchSandboxFolder,
  tpmStateFolder,
  uefiVarsFile,
  uefiVarsSandboxPath,
} from './sandbox-paths.ts'
import type { VmDecisions } from './vm-decisions.ts'
import type { Preparation, SandboxMount } from './vm-plan.ts'

/** Everything of the host that the machine sees besides the system's own /usr, and how. */
export function planMounts(decisions: VmDecisions): readonly SandboxMount[] {
  const { accelerator, firmware, mode, spec, vmFolder } = decisions
  const writable = mode.kind === 'service' ? 'read-write' : 'read-only'
  const onHost = (path: string) => hostPath(vmFolder, path)
  return [
    ...(accelerator === 'kvm' ? [mount('/dev/kvm', '/dev/kvm', 'device')] : []),
    ...(firmware && firmwareSandboxPath(firmware) !== firmware.codePath
      ? [mount(firmware.codePath, firmwareSandboxPath(firmware), 'read-only')]
      : []),
    ...(firmware?.varsTemplatePath ? [mount(onHost(uefiVarsFile), uefiVarsSandboxPath, writable)] : []),
    ...(spec.kernel ? [mount(onHost(spec.kernel.kernelPath), kernelSandboxPath, 'read-only')] : []),
    ...(spec.kernel?.initrdPath === undefined
      ? []
      : [mount(onHost(spec.kernel.initrdPath), initrdSandboxPath, 'read-only')]),
    ...spec.disks.flatMap((disk) => [
      mount(onHost(disk.path), diskSandboxPath(disk), disk.readOnly ? 'read-only' : writable),
      ...(disk.backing ?? []).map((frozen, depth) =>
        mount(frozenHostPath(vmFolder, frozen), frozenSandboxPath(disk, depth), 'read-only'),
      ),
    ]),
    ...spec.cdroms.flatMap((cdrom) =>
      cdrom.path === null ? [] : [mount(onHost(cdrom.path), cdromSandboxPath(cdrom), 'read-only')],
    ),
    ...spec.sharedFolders
      .filter((folder) => !isVirtiofs(decisions, folder))
      .map((folder) => mount(folder.path, sharedFolderSandboxPath(folder), folder.readOnly ? 'read-only' : writable)),
    mode.kind === 'service'
      ? mount(decisions.runtimeFolder, runtimeSandboxFolder, 'read-write')
      : mount(mode.scratchFolder, scratchSandboxFolder, 'read-write'),
  ]
}

/** What has to be made before QEMU starts, in order. */
export function planPreparations({ firmware, mode, names, spec, vmFolder }: VmDecisions): readonly Preparation[] {
  const uefiVars = firmware?.varsTemplatePath
    ? [
        {
          kind: 'uefi-vars',
          templatePath: firmware.varsTemplatePath,
          templateFormat: firmware.varsTemplateFormat,
          path: hostPath(vmFolder, uefiVarsFile),
        } as const,
      ]
    : []
  if (mode.kind === 'service') {
    return [
      ...uefiVars,
      ...spec.sharedFolders.flatMap((folder) => {
        const socket = names.virtiofs[folder.id]
        const { id, path, readOnly } = folder
        return socket === undefined ? [] : [{ kind: 'virtiofs', id, folder: path, readOnly, socket } as const]
      }),
      ...(spec.tpm ? [{ kind: 'tpm-state', folder: hostPath(vmFolder, tpmStateFolder) } as const] : []),
    ]
  }
  const overlay = (basePath: string, baseFormat: string, node: string, belowPaths: readonly string[] = []) =>
    ({ kind: 'overlay', basePath, baseFormat, belowPaths, path: `${mode.scratchFolder}/${overlayFile(node)}` }) as const
  return [
    ...uefiVars,
    ...uefiVars.map(({ path }) => overlay(path, 'qcow2', 'uefi-vars')),
    ...spec.disks
      .filter((disk) => !disk.readOnly)
      .map((disk) =>
        overlay(
          hostPath(vmFolder, disk.path),
          disk.format,
          nodeName('disk', disk.id),
          (disk.backing ?? []).map((frozen) => frozenHostPath(vmFolder, frozen)),
        ),
      ),
  ]
}

function mount(from: string, sandboxPath: string, mode: SandboxMount['mode']): SandboxMount {
  return { hostPath: from, sandboxPath, mode }
}
