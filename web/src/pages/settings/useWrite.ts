import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToast } from '../../ui/Field.tsx';

/** A write of the settings: what it shows when done, and every list of the settings read anew. */
export function useWrite<Input, Output>(write: (input: Input) => Promise<Output>, { done, after }: { done?: string; after?: (output: Output) => void } = {}) {
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: write,
    onSuccess: (output) => {
      void client.invalidateQueries({ queryKey: ['settings'] });
      if (done) toast.done(done);
      after?.(output);
    },
    onError: toast.failed,
  });
}
