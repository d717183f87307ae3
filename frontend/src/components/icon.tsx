// Icons of our own, drawn on a 16-unit grid with one stroke width.

const PATHS = {
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.2v9.6L12.5 8z',
  plus: 'M8 3v10M3 8h10',
  close: 'M4 4l8 8M12 4l-8 8',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  copy: 'M6 6h7v7H6zM10 6V3H3v7h3',
  settings:
    'M2.5 5h6M12 5h1.5M2.5 11h1.5M7.5 11h6M8.5 5a1.75 1.75 0 1 0 3.5 0 1.75 1.75 0 1 0-3.5 0M4 11a1.75 1.75 0 1 0 3.5 0 1.75 1.75 0 1 0-3.5 0',
  edit: 'M3 13l.7-2.8L10.7 3.2l2.1 2.1L5.8 12.3zM9.3 4.6l2.1 2.1',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 6.5v6',
  calendar: 'M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.5v3M10.5 2.5v3',
  note: 'M4 14V2.5h8.5l-2 3 2 3H4',
  download: 'M8 2.5v7.5M4.8 7L8 10.2 11.2 7M3 13.5h10',
  chevron: 'M4 6l4 4 4-4',
  bell: 'M4 11V7.2a4 4 0 0 1 8 0V11l1.2 1.5H2.8zM6.8 14.2h2.4',
  lock: 'M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  share: 'M8 10V2.5M5 5.2L8 2.3l3 2.9M5 7.5H3v6h10v-6h-2',
  back: 'M10 3.5L5.5 8l4.5 4.5',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 1 0 0-9M10.3 10.3L13.5 13.5',
  person:
    'M8 2.5a2.75 2.75 0 1 0 0 5.5 2.75 2.75 0 1 0 0-5.5M2.8 13.5c.6-2.4 2.6-3.7 5.2-3.7s4.6 1.3 5.2 3.7',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill={name === 'play' ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
