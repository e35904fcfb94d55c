import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useToast } from '../../ui/Field.tsx';
import { type Scoring, scoringQuery } from './scoringQueries.ts';

/** The state of models and scores; when a run ends, everything that shows scores is read anew. */
export function useScoring(): UseQueryResult<Scoring> {
  const client = useQueryClient();
  const scoring = useQuery(scoringQuery);
  const running = scoring.data?.running ?? null;
  const ran = useRef(false);
  useEffect(() => {
    if (ran.current && !running) void client.invalidateQueries({ queryKey: ['scoring'] });
    ran.current = running !== null;
  }, [running, client]);
  return scoring;
}

/** Asks for both models to be fitted again, and everybody to be scored. */
export function useTrainAgain() {
  const t = useT();
  const toast = useToast();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<{ queued: boolean }>('/lifecycle/scoring/run', {}),
    onSuccess: ({ queued }) => {
      toast.done(t(queued ? 'models.train.queued' : 'models.train.already'));
      void client.invalidateQueries({ queryKey: scoringQuery.queryKey });
    },
    onError: toast.failed,
  });
}
