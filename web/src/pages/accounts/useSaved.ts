import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToast } from '../../ui/Field.tsx';

/** Saves something about a company and reads it again; `stale: false` where there is nothing left to read. */
export function useSaved<Value = void>(work: (value: Value) => Promise<unknown>, done: () => void | Promise<void>, { stale = true }: { stale?: boolean } = {}) {
  const toast = useToast();
  const client = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSuccess: async () => {
      if (stale) await client.invalidateQueries({ queryKey: ['account'] });
      await done();
    },
    onError: toast.failed,
  });
}
