import { isKnown, type Speak, useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import type { Faults } from './journeyQueries.ts';

type Fault = Faults['faults'][number];

/** What is wrong, in a sentence: of the graph, of a condition, or of what is named. */
export function faultWords(t: Speak, { code, facts }: Pick<Fault, 'code' | 'facts'>): string {
  const template = facts['template'], said = typeof template === 'string' && isKnown(`journeys.template.${template}`) ? { ...facts, template: t(`journeys.template.${template}`) } : facts;
  return [code, `refusal.${code}`].filter(isKnown).map((key) => t(key, said))[0] ?? code;
}

/** Every fault with the step it is at; each leads to the drawing. */
export function FaultList({ journeyId, faults }: { journeyId: string; faults: readonly Fault[] }) {
  const t = useT();
  return (
    <ul className="fault-list">
      {faults.map((fault, at) => <li key={`${at} ${fault.code} ${fault.node}`}><span>{faultWords(t, fault)}</span>{fault.node && <Anchor className="small nowrap" to={paths.journey(journeyId, { node: fault.node })}>{t('journeys.fault.at', { node: fault.node })}</Anchor>}</li>)}
    </ul>
  );
}
