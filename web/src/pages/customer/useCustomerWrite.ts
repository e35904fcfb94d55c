import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToast } from '../../ui/Field.tsx';

/** A write about one customer: says when it is done or why not, and reads every page that shows the customer anew. */
export function useCustomerWrite<Input, Output>(write: (input: Input) => Promise<Output>, { done, after }: { done: string; after?: (output: Output) => void }) {
  const client = useQueryClient();
  const toast = useToast();
  // A first read still on its way was asked before the write: it is given up, or its old answer would stay.
  const readAnew = async (key: string): Promise<void> => {
    await client.cancelQueries({ queryKey: [key] });
    await client.invalidateQueries({ queryKey: [key] });
  };
  return useMutation({
    mutationFn: write,
    onSuccess: (output) => {
      for (const key of ['customer', 'customers', 'search', 'settings', 'reviews', 'segments']) void readAnew(key);
      toast.done(done);
      after?.(output);
    },
    onError: toast.failed,
  });
}
