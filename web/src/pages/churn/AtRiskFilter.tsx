import { useQuery } from '@tanstack/react-query';
import { tagKeysQuery } from '../customers/customersQueries.ts';
import { segmentsQuery } from '../segments/segmentsQueries.ts';
import { METHODS } from './scoringCodes.ts';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { STAGES } from '../../ui/tokens.ts';
import { WordSelect } from '../../ui/WordSelect.tsx';

/** Business buyers stand apart: their sums would bury everybody else's. */
const PEOPLE = ['', 'all', 'b2b'] as const;
const CHANCES = ['', '0.3', '0.5', '0.7', '0.9'] as const;
const HORIZONS = ['', '30', '60', '90', '180'] as const;
const PARTS = ['people', 'segment', 'rfm', 'tag', 'stage', 'leastChurn', 'horizonMost', 'because', 'method'] as const;
const RFM = ['key_value', 'key_develop', 'key_keep', 'key_winback', 'gen_value', 'gen_develop', 'gen_keep', 'gen_winback'] as const;

/** Whom the list shows, as a sentence of which every part can be changed. */
export function AtRiskFilter({ reasons }: { reasons: readonly string[] }) {
  const t = useT();
  const { percent } = useFormats();
  const [filters, change] = useFilters();
  const segments = useQuery(segmentsQuery).data?.rows ?? [];
  const tags = useQuery(tagKeysQuery).data ?? [];
  const options: Record<(typeof PARTS)[number], { key: string; label: string }[]> = {
    people: PEOPLE.map((key) => ({ key, label: t(`atRisk.people.${key || 'consumers'}`) })),
    segment: [{ key: '', label: t('atRisk.segment.any') }, ...segments.map(({ id, name }) => ({ key: id, label: name }))],
    rfm: ['', ...RFM].map((key) => ({ key, label: key ? t(`rfm.${key}`) : t('atRisk.rfm.any') })),
    tag: [{ key: '', label: t('atRisk.tag.any') }, ...tags.map((key) => ({ key, label: key }))],
    stage: ['', ...STAGES].map((key) => ({ key, label: key ? t(`stage.${key}`) : t('atRisk.stage.all') })),
    leastChurn: CHANCES.map((key) => ({ key, label: key ? t('atRisk.chance.least', { share: percent(Number(key), 0) }) : t('atRisk.chance.any') })),
    horizonMost: HORIZONS.map((key) => ({ key, label: key ? t('atRisk.horizon.most', { days: Number(key) }) : t('atRisk.horizon.any') })),
    because: ['', ...new Set([...reasons, ...(filters['because'] ? [filters['because']] : [])])].map((key) => ({ key, label: key ? reasonName(t, key) : t('atRisk.because.any') })),
    method: ['', ...METHODS].map((key) => ({ key, label: t(`atRisk.method.${key || 'any'}`) })),
  };
  const narrowed = PARTS.some((part) => filters[part]);
  return (
    <span className="sentence at-risk-sentence">
      {PARTS.filter((part) => options[part].length > 1).map((part, at) => (
        <span key={part}>{at > 0 && <span className="sentence-joint"> · </span>}<WordSelect label={t(`atRisk.filter.${part}`)} options={options[part]} value={filters[part] ?? ''} onChoose={(key) => change({ [part]: key })} /></span>
      ))}
      {narrowed && <button type="button" className="plain grey sentence-add" onClick={() => change(Object.fromEntries(PARTS.map((part) => [part, null])))}>{t('customers.clear')}</button>}
    </span>
  );
}

/** A reason as a heading: without the numbers of one customer. */
export function reasonName(t: ReturnType<typeof useT>, code: string): string {
  if (code.startsWith('churn.feature.') && isKnown(code)) return t(code);
  const name = `atRisk.reason.${code.replace(/^churn\.(?:why\.)?/, '')}`;
  return isKnown(name) ? t(name) : t('atRisk.reason.other');
}
