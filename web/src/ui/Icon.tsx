/** Our own line icons on a 20 px grid, drawn in the colour of the text around them. */
const SHAPES = {
  home: 'M3 9.5 10 4l7 5.5M5 8.5V16h10V8.5M8.5 16v-4h3v4',
  customers: 'M7.5 9.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5ZM2.5 16c0-2.8 2.2-4.5 5-4.5s5 1.7 5 4.5M13 4.4a2.75 2.75 0 0 1 0 4.9M14.5 12c1.9.6 3 2 3 4',
  lifecycle: 'M10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM10 5.2a4.8 4.8 0 1 1-4.6 3.4M10 2.2A7.8 7.8 0 1 1 2.5 8',
  engage: 'M3 10.2 17 3.5l-4.2 13-3-5.3ZM17 3.5 9.8 11.2',
  insight: 'M3 16.5h14M4.5 13l4-4.5 3 2.5 4.5-6M16 8.2V5h-3.2',
  settings: 'M3 6h8.5M15.5 6H17M3 14h1.5M8.5 14H17M13.5 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM6.5 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  search: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM13 13l4 4',
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
  close: 'M5 5l10 10M15 5 5 15',
  down: 'm5.5 8 4.5 4.5L14.5 8',
  right: 'm8 5.5 4.5 4.5L8 14.5',
  left: 'M12 5.5 7.5 10l4.5 4.5',
  up: 'm5.5 12 4.5-4.5 4.5 4.5',
  check: 'm4.5 10.5 3.5 3.5 7.5-8',
  plus: 'M10 4.5v11M4.5 10h11',
  language: 'M3 5h8M7 3v2M9.5 5C8.8 8 6.6 10.6 3.5 12M5 7.5c.9 1.9 2.8 3.6 5 4.5M9.5 16.5 13 8l3.5 8.5M10.6 14h4.8',
  light: 'M10 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM10 2.5V4M10 16v1.5M2.5 10H4M16 10h1.5M4.7 4.7l1 1M14.3 14.3l1 1M4.7 15.3l1-1M14.3 5.7l1-1',
  dark: 'M16 11.8A6.5 6.5 0 1 1 8.2 4a5.2 5.2 0 0 0 7.8 7.8Z',
  system: 'M3.5 4h13v9h-13zM7.5 16.5h5M10 13v3.5',
  columns: 'M3.5 4h13v12h-13zM8 4v12M12.5 4v12',
  download: 'M10 3.5v9M6.5 9l3.5 3.5L13.5 9M4 16.5h12',
  upload: 'M10 12.5v-9M6.5 7 10 3.5 13.5 7M4 16.5h12',
  people: 'M7 9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM2.5 15.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M14 5v6M11.5 8h5',
  warning: 'M10 3.5 17.5 16h-15zM10 8v4M10 13.8v.2',
  table: 'M3.5 4.5h13v11h-13zM3.5 8.2h13M3.5 11.9h13M8.5 8.2v7.3',
  chart: 'M4 16.5V10M8 16.5v-9M12 16.5v-5M16 16.5V4',
  more: 'M5 10h.01M10 10h.01M15 10h.01',
  leave: 'M8 4H4.5v12H8M11.5 6.5 15 10l-3.5 3.5M15 10H7.5',
} as const;

export type IconName = keyof typeof SHAPES;

/** Decorative: whatever holds an icon alone names itself. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth={name === 'more' ? 2.4 : 1.4} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={SHAPES[name]} />
    </svg>
  );
}
