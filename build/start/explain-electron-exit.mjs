/** What Chromium says on its way down, and what it means for the person who started it. */
const CAUSES = [
  {
    pattern: /error while loading shared libraries: ([^:\s]+)/,
    reason: 'the system lacks the library $1 (Debian: apt-get install libgtk-3-0 libnss3 libasound2 libgbm1)',
  },
  {
    pattern:
      /No usable sandbox|setuid_sandbox_host|SUID sandbox helper|Failed to move to new namespace|zygote_host_impl/,
    reason:
      'this system forbids the user namespaces that its sandbox needs (see kernel.apparmor_restrict_unprivileged_userns)',
  },
  {
    pattern:
      /Missing X server|cannot open display|Unable to open X display|Failed to connect to Wayland|ozone_platform/i,
    reason: 'the display cannot be opened',
  },
]

/**
 * Why Electron ended right after it was started, as half a sentence.
 *
 * @param {string} output Its last output.
 * @param {number | string} exit Exit code, or the name of the signal that ended it.
 * @returns {string}
 */
export function explainElectronExit(output, exit) {
  for (const { pattern, reason } of CAUSES) {
    const found = pattern.exec(output)
    if (found) return reason.replace('$1', found[1] ?? '')
  }
  const last = output.trim().split('\n').at(-1)?.trim()
  return last ? `it ended at once (${exit}): ${last}` : `it ended at once (${exit}) without a word`
}
