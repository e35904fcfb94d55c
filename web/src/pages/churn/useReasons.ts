import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { useChannelName } from '../../lib/names.ts';
import { useCurrency } from '../../lib/session.ts';
import type { Coded, ScoreReason } from './scoringQueries.ts';

type Value = number | string | null | undefined;
type Unit = 'days' | 'share' | 'size' | 'money' | 'times' | 'number';

const FEATURE_UNITS: Readonly<Record<string, Unit>> = {
  silent_days: 'days', tenure_days: 'days', gap_days: 'days', refund_share: 'share', discount_share: 'share', promo_share: 'share', p_none: 'share', spend_trend: 'share', mean_spend: 'money', silence_share: 'times',
};

/** Every number a reason may hold; one the server left out is written as not known rather than missed by the sentence. */
const PLACES = ['silentDays', 'gapDays', 'usualDays', 'purchases', 'share', 'spendMinor', 'usualMinor', 'count', 'recent', 'usual', 'change', 'feature', 'value', 'comparedTo'] as const;

const unitOf = (place: string): Unit => (place.endsWith('Days') ? 'days' : place.endsWith('Minor') ? 'money' : place === 'share' ? 'share' : place === 'change' ? 'size' : 'number');

/** Writes a number in its unit. */
function useWritten(): (unit: Unit, value: Value) => string {
  const t = useT();
  const { percent, moneyRound, decimal, count } = useFormats();
  const currency = useCurrency();
  return (unit, value) => {
    if (value === null || value === undefined) return '—';
    if (typeof value === 'string') return value;
    if (unit === 'days') return t('customers.days', { days: Math.round(value) });
    if (unit === 'share' || unit === 'size') return percent(unit === 'size' ? Math.abs(value) : value, 0);
    if (unit === 'money') return moneyRound(value, currency);
    if (unit === 'times') return t('score.times', { times: decimal(value, 1) });
    return Number.isInteger(value) ? count(value) : decimal(value, 1);
  };
}

/** What a feature of the trained model is called, and its values as people read them. */
export function useFeatures(): { name: (feature: string) => string; write: (feature: string, value: Value) => string } {
  const t = useT();
  const written = useWritten();
  const channelName = useChannelName();
  return {
    name: (feature) => (isKnown(`churn.feature.${feature}`) ? t(`churn.feature.${feature}`) : feature),
    write: (feature, value) => (feature === 'channel' && typeof value === 'string' ? channelName(value) : written(FEATURE_UNITS[feature] ?? 'number', value)),
  };
}

/** A reason of the server as a sentence; `short`, for lists, without what it is compared with. */
export function useReason(short = false): (reason: Pick<ScoreReason, 'code' | 'params'>) => string {
  const t = useT();
  const written = useWritten();
  const features = useFeatures();
  return ({ code, params }) => {
    const feature = String(params['feature'] ?? '');
    const write = (place: string): string => (place === 'feature' ? (short && isKnown(`atRisk.feature.${feature}`) ? t(`atRisk.feature.${feature}`) : features.name(feature)) : place === 'value' || place === 'comparedTo' ? features.write(feature, params[place]) : written(unitOf(place), params[place]));
    const brief = `atRisk.short.${/^churn\.(?:raises|lowers)\./.test(code) ? 'feature' : code.replace(/^churn\.(?:why\.)?/, '')}`;
    const key = short && isKnown(brief) ? brief : code;
    return isKnown(key) ? t(key, Object.fromEntries(PLACES.map((place) => [place, write(place)]))) : code;
  };
}

/** A coded "no" or "but" of the models as a sentence that says what to do; shares among its facts are written as percentages. */
export function useCoded(): (coded: Coded | null | undefined) => string {
  const t = useT();
  const { percent, count, decimal } = useFormats();
  const write = (name: string, fact: number | string): string => {
    if (typeof fact === 'string') return isKnown(`models.name.${fact}`) ? t(`models.name.${fact}`) : isKnown(fact) ? t(fact) : fact;
    return SHARES.test(name) ? percent(Math.abs(fact)) : Number.isInteger(fact) ? count(fact) : decimal(fact, 2);
  };
  return (coded) => {
    if (!coded) return '';
    if (!isKnown(coded.code)) return t('models.coded', { code: coded.code });
    return t(coded.code, { ...NOTHING_KNOWN, ...Object.fromEntries(Object.entries(coded.facts).map(([name, fact]) => [name, write(name, fact)])) });
  };
}

const SHARES = /share|error|^most$/i;
const NOTHING_KNOWN = Object.fromEntries(['loss', 'other', 'otherAuc', 'otherLoss', 'repeaters', 'customers', 'needed', 'labels', 'left', 'stayed', 'baseline', 'model', 'beatenBy', 'totalError', 'most', 'fit', 'days', 'features', 'traits', 'auc', 'recency', 'used'].map((name) => [name, '—']));
