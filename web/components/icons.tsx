import type { ReactElement } from 'react';

/** Line drawings on a 16 unit grid; always beside a word or under a label, so hidden from screen readers. */
const drawings = {
  overview: 'M2 2.500h5v5H2zM9 2.500h5v3H9zM9 7.500h5v6H9zM2 9.500h5v4H2z',
  shield: 'M8 1.5 13.5 3.5v4c0 3.4-2.3 5.9-5.5 7-3.2-1.1-5.5-3.6-5.5-7v-4z',
  projects: 'M2 4.5h5l1.2 1.6H14v7.4H2zM2 4.5V2.8h4.4l1.1 1.7',
  plug: 'M5.5 1.5v3.4M10.5 1.5v3.4M3.5 5h9v2.4a4.5 4.5 0 0 1-9 0zM8 12v2.8',
  branch:
    'M4.500 5.500v5M4.500 5.500a1.700 1.700 0 1 1 0-3.400 1.700 1.700 0 0 1 0 3.400zM4.500 13.900a1.700 1.700 0 1 1 0-3.400 1.700 1.700 0 0 1 0 3.400zM11.500 5.500a1.700 1.700 0 1 1 0-3.400 1.700 1.700 0 0 1 0 3.400zM11.500 5.500c0 3.500-7 2-7 5',
  image: 'M8 1.800 14 5v6l-6 3.200L2 11V5zM2 5l6 3.200L14 5M8 8.200v6',
  data: 'M8 1.8c3.2 0 5.4.9 5.4 2.1S11.2 6 8 6 2.6 5.100 2.600 3.900 4.800 1.800 8 1.800zM2.600 3.900v8.200c0 1.200 2.200 2.100 5.400 2.100s5.400-.9 5.400-2.100V3.900M2.600 8c0 1.200 2.200 2.100 5.400 2.100s5.400-.9 5.400-2.100',
  deploy: 'M8 10V2M4.800 5 8 1.800 11.200 5M2.500 9.500v4h11v-4',
  settings: 'M2 4.500h7M12 4.500h2M2 11.500h2M7 11.500h7M10.500 3v3M5.500 10v3',
  search: 'M7 2.200a4.800 4.800 0 1 1 0 9.600 4.800 4.800 0 0 1 0-9.600zM10.600 10.600 14 14',
  menu: 'M2 4h12M2 8h12M2 12h12',
  close: 'M3.500 3.500l9 9M12.500 3.500l-9 9',
  collapse: 'M2 2.500h12v11H2zM6 2.500v11M11.500 6 9.500 8l2 2',
  expand: 'M2 2.500h12v11H2zM6 2.500v11M9.500 6l2 2-2 2',
  external: 'M6.500 3H3v10h10V9.500M9 2.500h4.500V7M13.200 2.800 7.500 8.500',
  down: 'M4 6l4 4 4-4',
  up: 'M4 10l4-4 4 4',
  left: 'M10 3.500 5.500 8l4.500 4.500',
  right: 'M6 3.500 10.500 8 6 12.500',
  info: 'M8 1.800a6.200 6.200 0 1 1 0 12.400A6.200 6.200 0 0 1 8 1.800zM8 7.200v4M8 4.700v.3',
  help: 'M8 1.800a6.200 6.200 0 1 1 0 12.400A6.200 6.200 0 0 1 8 1.800zM6.200 6.300c.1-1.100.8-1.700 1.800-1.700s1.800.6 1.800 1.500c0 1.300-1.800 1.300-1.800 2.700M8 10.900v.4',
  check: 'M3 8.500l3.200 3.200L13 4.800',
  copy: 'M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3',
  download: 'M8 2v8M4.800 7 8 10.200 11.200 7M2.500 13.500h11',
  filter: 'M2 3h12L9.500 8.500V13l-3-1.500v-3z',
  columns: 'M2 2.500h12v11H2zM6 2.500v11M10 2.500v11',
  table: 'M2 2.500h12v11H2zM2 6h12M2 9.700h12M7 6v7.500',
  chart: 'M2 2v12h12M5 11V8M8 11V5M11 11V7',
  play: 'M4.500 2.800v10.400L13 8z',
  trend: 'M2 12l4-4 3 2.500L14 4',
  calendar: 'M2 3.500h12v10.500H2zM2 6.500h12M5 2v2.500M11 2v2.500',
  user: 'M8 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM2.500 14c.5-3 2.600-4.500 5.500-4.500s5 1.500 5.500 4.500',
  line: 'M3.500 6.300a1.700 1.700 0 1 0 0 3.400 1.700 1.700 0 0 0 0-3.400zM5.200 8h3M8.200 8l2.600-3.800M8.200 8l2.600 3.800M12.300 1.700a1.700 1.700 0 1 0 0 3.400 1.700 1.700 0 0 0 0-3.400zM12.300 10.900a1.700 1.700 0 1 0 0 3.400 1.700 1.700 0 0 0 0-3.400z',
  key: 'M10.500 2a3.500 3.500 0 1 1-2.900 5.500L2.500 12.600V14H5v-1.800h1.700V10.500L8 9.300',
} as const;

export type IconName = keyof typeof drawings;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }): ReactElement {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path
        d={drawings[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}

export function Plumb({ size = 22 }: { size?: number }): ReactElement {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d="M12 1v9" stroke="var(--accent)" strokeWidth="1.8" />
      <path d="M6 10h12l-6 13z" fill="var(--accent)" />
    </svg>
  );
}
