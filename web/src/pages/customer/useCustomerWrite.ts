import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToast } from '../../ui/Field.tsx';

/** A write about one customer: says when it is done or why not, and reads every page that shows the customer anew. */
export function useCustomerWrite<Input, Output>(write: (input: Input) => Promise<Output>, { done, after }: { done: string; after?: (output: Output) => void }) {
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: write,
    onSuccess: (output) => {
      for (const key of ['customer', 'customers', 'search', 'settings']) void client.invalidateQueries({ queryKey: [key] });
      toast.done(done);
      after?.(output);
    },
    onError: toast.failed,
  });
}
