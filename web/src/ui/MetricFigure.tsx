import type { ReactNode } from 'react';
import type { z } from 'zod';
import type { figureShape, partShape } from '../../../src/insight/contract.ts';
import { type Formats, useFormats } from '../lib/format.ts';
import { isKnown, useT } from '../lib/language.tsx';
import { useCurrency } from '../lib/session.ts';
import { paths } from '../paths.ts';
import { Delta, KeyFigure } from './Figure.tsx';
import type { PeopleOf } from './PeoplePanel.tsx';

export type Figure = z.infer<typeof figureShape>;
export type Part = z.infer<typeof partShape>;
type Unit = Figure['metric']['unit'];

/** A figure of the catalogue as people write its unit. */
export function writeFigure({ count, decimal, percent, moneyRound }: Formats, unit: Unit, value: number | null, currency: string): string {
  if (value === null) return '—';
  if (unit === 'money') return moneyRound(value, currency);
  if (unit === 'rate' || unit === 'ratio') return percent(value);
  return unit === 'number' ? decimal(value, 2) : count(value);
}

/** Change against the period before: people and money relative, rates in points. */
function changeOf(unit: Unit, now: Part | undefined, before: Part | undefined): { change: number | null; unit: 'share' | 'points' } {
  if (now?.value == null || before?.value == null) return { change: null, unit: 'share' };
  if (unit === 'rate' || unit === 'ratio') return { change: now.value - before.value, unit: 'points' };
  return { change: before.value === 0 ? null : now.value / before.value - 1, unit: 'share' };
}

/** A definition in the reader's own language: the server words it in the member's, which may differ for a moment. */
export function useDefinition(): (metric: Figure['metric']) => { name: string; sentence: string; formula: string } {
  const t = useT();
  return ({ id, params, ...told }) => {
    const word = (part: 'name' | 'sentence' | 'formula'): string => (isKnown(`metric.${id}.${part}`) ? t(`metric.${id}.${part}`, { days: 0, rule: '', ...params }) : told[part]);
    return { name: word('name'), sentence: word('sentence'), formula: word('formula') };
  };
}

/** A figure of the metric catalogue with its definition, its version and the people behind it. */
export function MetricFigure({ figure, onPeople, note }: { figure: Figure; onPeople: (people: PeopleOf) => void; note?: ReactNode }) {
  const t = useT();
  const formats = useFormats();
  const currency = useCurrency();
  const { metric, parts, previous } = figure;
  const { name, sentence, formula } = useDefinition()(metric);
  const now = parts[0];
  const { change, unit } = changeOf(metric.unit, now, previous?.parts[0]);
  return (
    <KeyFigure
      label={name} value={writeFigure(formats, metric.unit, now?.value ?? null, currency)}
      note={<><Delta change={change} unit={unit} than={t('kit.delta.before')} />{note}</>}
      why={{
        definition: <><p>{sentence}</p><p className="grey small">{formula} · {t('kit.version', { version: metric.version })}</p></>,
        metric: paths.metrics({ id: metric.id }),
        ...(now ? { onPeople: () => onPeople({ token: (now.people.yes ?? now.people.counted).token, title: name }) } : {}),
      }}
    />
  );
}
