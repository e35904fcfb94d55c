import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { api } from '../../../lib/api.ts';
import { useT } from '../../../lib/language.tsx';
import { useToast } from '../../../ui/Field.tsx';
import { Section } from '../../../ui/Page.tsx';
import type { Condition } from '../../../ui/FilterSentence.tsx';
import type { Persona, Segment } from '../segmentsQueries.ts';

const layer = (field: string, value: string): Condition => ({ kind: 'field', field, test: { op: 'in', values: [value] } });
/** Descriptions to begin with: each brings its segment along, made of the ready layerings. */
const READY = { enterprise: layer('layer_type', 'enterprise'), individual: layer('layer_type', 'individual'), high_end: layer('layer_type', 'high_end'), frequent: layer('layer_frequency', 'high') } as const;
const KEYS = Object.keys(READY) as (keyof typeof READY)[];

/** Personas that can be brought in with their segments and then be rewritten. */
export function ReadyPersonas({ known }: { known: readonly Persona[] }) {
  const t = useT();
  const client = useQueryClient();
  const toast = useToast();
  const bring = useMutation({
    mutationFn: async (key: keyof typeof READY) => {
      const name = t(`personas.ready.${key}`), lines = (part: string) => t(`personas.ready.${key}.${part}`).split('\n');
      const { rows } = await api.get<{ rows: Segment[] }>('/segments');
      const segment = rows.find((one) => one.name === name) ?? await api.post<Segment>('/segments', { name, description: '', tree: { version: 1, root: READY[key] } });
      return api.post<Persona>('/personas', { segmentId: segment.id, name, story: t(`personas.ready.${key}.story`), goals: lines('goals'), pains: lines('pains'), channels: lines('channels') });
    },
    onSuccess: () => {
      toast.done(t('personas.brought'));
      void client.invalidateQueries({ queryKey: ['segments'] });
    },
    onError: toast.failed,
  });
  const left = KEYS.filter((key) => !known.some(({ name }) => name === t(`personas.ready.${key}`)));
  if (left.length === 0) return null;
  return (
    <Section title={t('personas.ready')} note={t('personas.ready.note')}>
      <ul className="persona-ready">
        {left.map((key) => (
          <li key={key} className="spread"><span><span className="strong">{t(`personas.ready.${key}`)}</span> <span className="grey">{t(`personas.ready.${key}.story`)}</span></span><Button size="small" loading={bring.isPending && bring.variables === key} disabled={bring.isPending} aria-label={t('personas.bring.of', { name: t(`personas.ready.${key}`) })} onClick={() => bring.mutate(key)}>{t('personas.bring')}</Button></li>
        ))}
      </ul>
    </Section>
  );
}
