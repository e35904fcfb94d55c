import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { rejectSentence } from '../import/Refused.tsx';
import type { LiveEvent } from './liveQueries.ts';

/** What became of an event, and why where it was refused. */
export function Became({ row: { state, reason } }: { row: LiveEvent }) {
  const t = useT();
  const { bytes } = useFormats();
  const why = reason === null ? '' : reason.code === 'event.body_long' ? t('live.long', { size: bytes(Number(reason.params['bytes'])) }) : rejectSentence(t, reason.code, reason.params);
  return <span className={`live-state ${state}`}>{t(`live.state.${state}`)}{why && <span className="small">{why}</span>}</span>;
}
