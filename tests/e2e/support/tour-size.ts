/** Both ways of using both shells; without it, each shell is used in one way. `npm run soak` asks for all of it. */
export const isFullTour = process.env['PETRI_TOUR'] === 'full'
