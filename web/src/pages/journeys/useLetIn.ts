import { useState } from 'react';
import type { PassedReason } from '../../../../src/engage/contract.ts';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { useToast } from '../../ui/Field.tsx';
import { JOURNEY_MOVES } from './journeyQueries.ts';

type Whom = { id: string; name: string };
type Answer = { enrolled: string[]; why: { customer: string; reason: PassedReason }[] };

/** Asks a journey to let somebody in. `refused`: why it did not, in words, until it is forgotten; `after`: they are inside. */
export function useLetIn(after: () => void) {
  const t = useT();
  const toast = useToast();
  const [refused, setRefused] = useState<string | null>(null);
  const write = useWrite(JOURNEY_MOVES, async ({ journey, whom }: { journey: string; whom: Whom }) => ({ whom, ...await api.post<Answer>(`/journeys/${journey}/enrolments`, { people: [{ customer: whom.id }] }) }), {
    after: ({ whom: { name }, why: [passed] }) => {
      if (passed) return setRefused(t(`journeys.add.passed.${passed.reason}`, { name }));
      toast.done(t('journeys.add.done', { name }));
      after();
    },
  });
  return { refused, isPending: write.isPending, ask: (journey: string, whom: Whom) => write.mutate({ journey, whom }), forget: () => setRefused(null) };
}
