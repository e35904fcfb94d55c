import { useT } from '../../lib/language.tsx';
import type { Journey } from './journeyQueries.ts';
import { useDefinitionWords } from './useDefinitionWords.ts';

/** A step by its words, from the draft; one that is gone from it by its own id. */
export function useStepName(journey: Journey): (id: string) => string {
  const t = useT();
  const { node } = useDefinitionWords();
  return (id) => {
    const found = journey.draft.nodes.find((one) => one.id === id);
    return found ? node(found) : t('journeys.step.gone', { node: id });
  };
}
