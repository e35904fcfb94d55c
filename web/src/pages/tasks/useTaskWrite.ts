import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToast } from '../../ui/Field.tsx';

/** A write about a task: says what became of it or why not, and reads every list of tasks anew. */
export function useTaskWrite<Input, Output>(write: (input: Input) => Promise<Output>, { done, after }: { done: (output: Output) => string; after?: () => void }) {
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: write,
    onSuccess: (output) => {
      for (const key of ['tasks', 'customer']) void client.invalidateQueries({ queryKey: [key] });
      toast.done(done(output));
      after?.();
    },
    // Somebody was quicker, or it is done: what is shown is old.
    onError: (error) => { toast.failed(error); void client.invalidateQueries({ queryKey: ['tasks'] }); },
  });
}
