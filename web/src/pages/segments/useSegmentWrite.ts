import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToast } from '../../ui/Field.tsx';

/** A write about a segment: says when it is done or why not, and reads segments and the lists made with them anew. */
export function useSegmentWrite<Output>(write: () => Promise<Output>, { done, after }: { done: string; after: (output: Output) => void }) {
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: write,
    onSuccess: (output) => {
      toast.done(done);
      void client.invalidateQueries({ queryKey: ['segments'] });
      after(output);
    },
    onError: toast.failed,
  });
}
