/** The app's mark in the window: the same dish as the icon, in the theme's colours. */
export function PetriMark() {
  return (
    <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden>
      <circle cx="16" cy="16" r="14.5" className="mark-rim" />
      <circle cx="16" cy="16" r="12" className="mark-dish" />
      <rect x="9" y="9" width="7.4" height="7.4" rx="2" className="mark-colony" />
      <rect x="18.2" y="11.8" width="5.2" height="5.2" rx="1.5" className="mark-colony" opacity="0.65" />
      <rect x="11.4" y="18.2" width="5.2" height="5.2" rx="1.5" className="mark-colony" opacity="0.5" />
      <rect x="18.4" y="18.9" width="3.8" height="3.8" rx="1.1" className="mark-colony" opacity="0.8" />
    </svg>
  )
}
