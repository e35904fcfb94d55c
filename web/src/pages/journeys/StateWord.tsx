import { useT } from '../../lib/language.tsx';
import type { JourneyState } from './journeyQueries.ts';

const TONES: Readonly<Record<JourneyState, string>> = { draft: 'grey', live: 'journey-live', paused: 'ochre', stopped: 'grey' };

/** The state of a journey in a word; what is held shows. */
export function StateWord({ state }: { state: JourneyState }) {
  const t = useT();
  return <span className={`nowrap ${TONES[state]}`}>{t(`journeys.state.${state}`)}</span>;
}
