import type { Entry, NodeKind } from '../../../../../src/engage/core/definition.ts';

/** Line icons of what nodes and entries do, on a 20 px grid, in the colour of the text around them. */
const SHAPES: Readonly<Record<NodeKind | `entry_${Entry['kind']}` | 'door', string>> = {
  wait: 'M5.5 3.5h9M5.5 16.5h9M6.5 3.5c0 4 7 4.5 7 6.5s-7 2.5-7 6.5M13.5 3.5c0 4-7 4.5-7 6.5s7 2.5 7 6.5',
  wait_until: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4.2l2.8 1.8',
  wait_date: 'M3.5 5.5h13v11h-13zM3.5 9h13M7 3.5v3M13 3.5v3M10 12.8h.01',
  wait_event: 'M10 3.5a4.5 4.5 0 0 0-4.5 4.5c0 4.5-1.8 5.5-1.8 5.5h12.6s-1.8-1-1.8-5.5A4.5 4.5 0 0 0 10 3.5ZM8.4 16.5c.8.7 2.4.7 3.2 0',
  rate: 'M4 15.5a7 7 0 1 1 12 0M10 11.5l3-4.2M10 12.6a1.1 1.1 0 1 0 0-2.2 1.1 1.1 0 0 0 0 2.2Z',
  branch: 'M10 3.5v4M10 7.5c0 4-5.5 3-5.5 9M10 7.5c0 4 5.5 3 5.5 9M2.8 14.6l1.7 1.9 1.7-1.9M13.8 14.6l1.7 1.9 1.7-1.9',
  split: 'M3 6h3.2c4 0 3.6 8 7.6 8H17M3 14h3.2c1.2 0 2-.7 2.6-1.7M11.2 7.7C11.8 6.7 12.600 6 13.800 6H17M15 4l2 2-2 2M15 12l2 2-2 2',
  send: 'M3 5h14v10.500H3zM3 5.500l7 5.500 7-5.500',
  webhook: 'M7.500 6.500 4 10l3.500 3.500M12.500 6.500 16 10l-3.500 3.500M11 5.500l-2 9',
  task: 'M4 4.500h12v12H4zM7 9.800l2 2 4-4.300M7.500 2.800v3M12.500 2.800v3',
  update: 'M3.500 3.500h6.200l6.800 6.800-6.200 6.200-6.800-6.800ZM7 7h.01',
  grant: 'M3.500 8h13v3h-13zM5 11v5.500h10V11M10 8v8.500M10 8C8 3 4.500 5.500 7 8M10 8c2-5 5.500-2.500 3 0',
  journey: 'M5 7a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM15 17a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM5 7v3c0 3 10 0 10 3',
  exit: 'M10 16.500a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13ZM7.500 7.500h5v5h-5z',
  entry_event: 'M11 2.500 4.500 11.500H9.500L9 17.500l6.500-9H10.500Z',
  entry_segment: 'M10 16.500a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13ZM10 3.500V10l4.600 4.600',
  entry_stage: 'M3.500 15.500h3.500v-4h3.500v-4H14v-4h2.500',
  entry_date: 'M3.500 5.500h13v11h-13zM3.500 9h13M7 3.500v3M13 3.500v3M10 11v3.500',
  entry_holiday: 'M10 3v2M7 5h6c2.500 1.200 3.500 3 3.500 4.800S15.500 13.500 13 14.500H7c-2.500-1-3.500-2.800-3.500-4.700S4.500 6.200 7 5ZM10 5v9.500M8.500 14.500V17M11.500 14.500V17',
  entry_cadence: 'M16 6.500A7 7 0 0 0 4 7.500M4 13.500a7 7 0 0 0 12-1M16 3.200v3.300h-3.300M4 16.800v-3.300h3.300',
  entry_api: 'M7 5.500 3 10l4 4.500M13 5.500 17 10l-4 4.500',
  door: 'M5.500 17V3.500h9V17M3.500 17h13M11.800 10.200h.01',
};
export type KindName = keyof typeof SHAPES;

export const KindIcon = ({ kind, size = 18 }: { kind: KindName; size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth={1.4} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true"><path d={SHAPES[kind]} /></svg>
);
