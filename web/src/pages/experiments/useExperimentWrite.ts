import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToast } from '../../ui/Field.tsx';

/** A write about an experiment: says why it failed, and reads experiments anew. */
export function useExperimentWrite<Output>(write: () => Promise<Output>, after: (output: Output) => void) {
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: write,
    onSuccess: async (output) => {
      // What was just changed is not offered again: the page is read anew first.
      await client.invalidateQueries({ queryKey: ['experiments'] });
      after(output);
    },
    onError: toast.failed,
  });
}
