/**
 * @typedef {object} Surroundings
 * @property {readonly string[]} args What was given to `npm start --`.
 * @property {NodeJS.ProcessEnv} env
 * @property {number | undefined} uid
 */

/** @typedef {{ kind: 'electron' } | { kind: 'serve', reason: string | undefined }} ShellChoice */

/**
 * Decides between a window and serving on 127.0.0.1; `reason` says why there is no window, unless that was the wish.
 *
 * @param {Surroundings} surroundings
 * @returns {ShellChoice}
 */
export function chooseShell({ args, env, uid }) {
  if (args.includes('--serve')) return { kind: 'serve', reason: undefined }
  if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return { kind: 'serve', reason: 'there is no display' }
  if (uid === 0) return { kind: 'serve', reason: 'Chromium’s sandbox does not run as root' }
  return { kind: 'electron' }
}
