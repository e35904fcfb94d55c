/** What a contact thinks, wants, doubts and likes (立场、需求、异议、兴趣). */
export const ATTITUDES = ['stance', 'need', 'objection', 'interest'] as const;
export type Attitude = (typeof ATTITUDES)[number];
export const STANCES = ['support', 'neutral', 'oppose'] as const;
export type Stance = (typeof STANCES)[number];

/** One observation. `confidence` 0–1; `endedAt`: a need met, an objection answered. */
export type Observation = { id: string; kind: Attitude; value: string; evidence: string; confidence: number; at: string; author: string; endedAt: string | null };

export type AttitudeNow = { stance: Observation | null; needs: Observation[]; objections: Observation[]; interests: Observation[] };

const newestFirst = (a: Observation, b: Observation): number => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? 1 : -1);

/** The newest of each value that has not ended, newest first. */
function openOf(history: readonly Observation[], kind: Attitude): Observation[] {
  const newest = new Map<string, Observation>();
  for (const one of [...history].filter((o) => o.kind === kind).sort(newestFirst)) if (!newest.has(one.value)) newest.set(one.value, one);
  return [...newest.values()].filter(({ endedAt }) => endedAt === null);
}

/** What holds now, from the whole history: one stance (the newest), and every need, objection and interest still open. */
export function attitudesNow(history: readonly Observation[]): AttitudeNow {
  const [stance] = history.filter(({ kind }) => kind === 'stance').sort(newestFirst);
  return { stance: stance ?? null, needs: openOf(history, 'need'), objections: openOf(history, 'objection'), interests: openOf(history, 'interest') };
}
