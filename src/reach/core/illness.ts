import type { Rules } from './rules.ts';

export type Counts = { sends: number; bounces: number; complaints: number };
export const ILLNESSES = ['bounces', 'complaints'] as const;

/** Whether the marketing of a source does more harm than providers bear, from so many sends on; null where it does not. Shares from Gmail's and Yahoo's rules for senders. */
export function illnessOf({ sends, bounces, complaints }: Counts, { sends: from, bounceShare, complaintShare }: Rules['health']): (typeof ILLNESSES)[number] | null {
  if (sends < from) return null;
  if (bounces / sends >= bounceShare) return 'bounces';
  return complaints / sends >= complaintShare ? 'complaints' : null;
}
