import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToast } from '../../ui/Field.tsx';

/** A write about templates: says when it is done or why not, and reads lists and the template anew. */
export function useTemplateWrite<Output>(write: () => Promise<Output>, { done, after }: { done?: string; after?: (output: Output) => void } = {}) {
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: write,
    onSuccess: (output) => {
      if (done) toast.done(done);
      void client.invalidateQueries({ queryKey: ['templates'] });
      after?.(output);
    },
    onError: toast.failed,
  });
}
