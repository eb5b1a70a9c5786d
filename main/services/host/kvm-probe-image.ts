import type { VmArchitecture } from '#contract/vm-spec'

/** Firmware that proves that a guest reaches 64-bit code, and the QEMU exit code that only this proof gives. */
export interface KvmProbeImage {
  readonly machineType: string
  readonly bytes: Uint8Array
  readonly extraArgs: readonly string[]
  readonly provenExitCode: number
}

/**
 * x86, at the start of a 64 KiB BIOS: real mode -> protected mode -> page tables in RAM at 0x10000 (the topmost 2 MiB
 * below 4 GiB, where this code lies) -> long mode; there a 64-bit shift leaves 0x11 in AL, which goes to isa-debug-exit
 * at port 0xf4, and QEMU ends with (0x11 << 1) | 1. Nothing that runs in 16 or 32 bits gives that number.
 *
 *   00 cli; lgdtl cs:[a0]; cr0.PE = 1; ljmpl 08:18
 *   18 ds = 10; PML4[0] = 11003; PDPT[3] = 12003; PD[1ff] = ffe00083; cr3 = 10000; cr4.PAE = 1
 *   51 efer.LME = 1; cr0.PG = 1; ljmpl 18:6b
 *   6b mov rax, 0x11 << 56; shr rax, 56; out 0xf4, al; 7b hlt; jmp 7b
 *   80 gdt: null, code32, data, code64; a0 gdtr
 */
const X86_CODE =
  'fa2e660f0116a0000f20c00c010f22c066ea1800ffff0800b8100000008ed8c7050000010003100100c7051810010003200100' +
  'c705f82f01008300e0ffb8000001000f22d80f20e00c200f22e0b9800000c00f3280cc010f300f20c00d000000800f22c0' +
  'ea6b00ffff180048b8000000000000001148c1e838e6f4f4ebfd6690' +
  '0000000000000000ffff0000009bcf00ffff00000093cf00ffff0000009baf001f008000ffff'
const X86_SIZE = 64 * 1024
/** The processor starts 16 bytes below the end: jmp to offset 0. */
const X86_RESET_OFFSET = 0xfff0
const X86_RESET_CODE = 'e90d00'

/** arm64: movz w0, #8; movk w0, #0x8400, lsl #16 (PSCI SYSTEM_OFF); hvc #0; b . — QEMU ends with 0. */
const ARM64_CODE = '000180520080b072020000d400000014'

/** The probe for a host of this architecture; undefined where Petri has none. */
export function kvmProbeImage(architecture: VmArchitecture): KvmProbeImage | undefined {
  if (architecture === 'x86_64') {
    const bytes = new Uint8Array(X86_SIZE)
    bytes.set(Buffer.from(X86_CODE, 'hex'))
    bytes.set(Buffer.from(X86_RESET_CODE, 'hex'), X86_RESET_OFFSET)
    const extraArgs = ['-device', '{"driver":"isa-debug-exit","iobase":244,"iosize":1}']
    return { machineType: 'pc', bytes, extraArgs, provenExitCode: 35 }
  }
  if (architecture === 'aarch64')
    return { machineType: 'virt', bytes: Buffer.from(ARM64_CODE, 'hex'), extraArgs: [], provenExitCode: 0 }
  return undefined
}
