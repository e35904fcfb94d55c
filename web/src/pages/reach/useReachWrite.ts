import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToast } from '../../ui/Field.tsx';

/** A write about sending: what it says when done, and everything of sending read anew. */
export function useReachWrite<Input, Output>(write: (input: Input) => Promise<Output>, { done, after }: { done?: string; after?: (output: Output) => void } = {}) {
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: write, onError: toast.failed,
    onSuccess: (output) => {
      void client.invalidateQueries({ queryKey: ['reach'] });
      if (done) toast.done(done);
      after?.(output);
    },
  });
}
