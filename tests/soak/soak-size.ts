/** How much a soak test does: `full` in `npm run soak`, `short` within `npm test`. */
export function soakSize<T>(sizes: { readonly short: T; readonly full: T }): T {
  return process.env['PETRI_SOAK'] === 'full' ? sizes.full : sizes.short
}
