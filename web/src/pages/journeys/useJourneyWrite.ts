import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToast } from '../../ui/Field.tsx';

/** A write about journeys: what it says when done, and everything read anew that it moves. */
export function useJourneyWrite<Input, Output>(write: (input: Input) => Promise<Output>, { done, after }: { done?: string; after?: (output: Output) => void } = {}) {
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: write, onError: toast.failed,
    onSuccess: (output) => {
      for (const key of ['journeys', 'lifecycle', 'care']) void client.invalidateQueries({ queryKey: [key] });
      if (done) toast.done(done);
      after?.(output);
    },
  });
}
