import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToast } from '../../ui/Field.tsx';

/** A write about money: says when it is done or why not, and reads every figure it may move anew. */
export function useMoneyWrite<Input, Output>(write: (input: Input) => Promise<Output>, { done, after }: { done: string; after?: (output: Output) => void }) {
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: write,
    onSuccess: (output) => {
      toast.done(done);
      void client.invalidateQueries({ queryKey: ['money'] });
      after?.(output);
    },
    onError: toast.failed,
  });
}
