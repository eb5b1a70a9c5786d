import { createTheme, type MantineColorsTuple, type MantineThemeOverride } from '@mantine/core'

/** The green of the dish. White text stands on shades 6 and 7 at 4.7:1 and more. */
const petri: MantineColorsTuple = [
  '#eefaf6',
  '#d7f2e9',
  '#afe5d3',
  '#82d5bb',
  '#55c3a2',
  '#2ea486',
  '#178269',
  '#0e6b57',
  '#0b5647',
  '#084338',
]

/** Mantine's dark greys are neutral; these lean to blue, which keeps long reading calm beside a terminal. */
const dark: MantineColorsTuple = [
  '#d6dade',
  '#b6bcc3',
  '#a2a9b2',
  '#7d8691',
  '#434b54',
  '#323941',
  '#262c33',
  '#181c21',
  '#12161a',
  '#0d1013',
]

/** What opens over the page lies in its main landmark, where a screen reader's list of regions leads. */
const insideMain = { target: '#main' }

/** Looks shared by all screens. Sizes follow a developer's tool: dense, 14 px, small radius. */
export const theme: MantineThemeOverride = createTheme({
  primaryColor: 'petri',
  primaryShade: { light: 7, dark: 6 },
  colors: { petri, dark },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: "'Inter Variable', system-ui, 'Cantarell', 'Ubuntu', sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  components: {
    Tooltip: { defaultProps: { withArrow: true, openDelay: 350, multiline: true, maw: 360, fz: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Menu: {
      defaultProps: {
        shadow: 'md',
        width: 230,
        position: 'bottom-end',
        portalProps: insideMain,
        // The element that holds the first focus is no menu item, which a menu may not contain.
        withInitialFocusPlaceholder: false,
      },
    },
    Combobox: { defaultProps: { portalProps: insideMain } },
    Select: { defaultProps: { allowDeselect: false, checkIconPosition: 'right' } },
  },
})
