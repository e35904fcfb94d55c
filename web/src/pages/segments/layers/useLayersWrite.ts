import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../../lib/api.ts';
import { useT } from '../../../lib/language.tsx';
import { useToast } from '../../../ui/Field.tsx';
import { type Layers, layersQuery } from './layersQueries.ts';

/** Puts rules of the layerings in force; everybody is looked at again by itself. */
export function useLayersWrite(after: () => void) {
  const t = useT();
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: (body: Layers['rules'] & { version: number }) => api.put<Layers>('/layers', body),
    onSuccess: (told) => {
      client.setQueryData(layersQuery.queryKey, told);
      toast.done(t('layers.saved'));
      after();
    },
    onError: toast.failed,
  });
}
