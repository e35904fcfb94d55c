import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToast } from '../ui/Field.tsx';

type Wishes<Output> = {
  /** What is said once it is done. */
  done?: string | ((output: Output) => string);
  after?: (output: Output) => void;
  /** `after` waits until what the page shows has been read anew: what was just changed is not offered again. */
  isSeenFirst?: boolean;
  /** A refusal, too, means that what is shown is old: somebody was quicker. */
  isOldIfRefused?: boolean;
};

/** A write: says when it is done or why not, and reads everything anew that it may have moved, by the first words of its query keys. */
export function useWrite<Input, Output>(moves: readonly string[], write: (input: Input) => Promise<Output>, { done, after, isSeenFirst = false, isOldIfRefused = false }: Wishes<Output> = {}) {
  const client = useQueryClient();
  const toast = useToast();
  const readAnew = (): Promise<unknown> => Promise.all(moves.map(async (key) => {
    // A first read still on its way was asked before the write: it is given up, or its old answer would stay.
    await client.cancelQueries({ queryKey: [key] });
    await client.invalidateQueries({ queryKey: [key] });
  }));
  return useMutation({
    mutationFn: write,
    onSuccess: async (output) => {
      const seen = readAnew();
      if (isSeenFirst) await seen;
      if (done) toast.done(typeof done === 'string' ? done : done(output));
      after?.(output);
    },
    onError: (error) => {
      toast.failed(error);
      if (isOldIfRefused) void readAnew();
    },
  });
}
