import type { Caller } from '../../kernel/access/caller.ts';
import { recordExport } from '../../kernel/access/index.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import { decimalsOf, toMajor } from '../../kernel/money.ts';
import type { Stores } from '../../kernel/stores.ts';
import { type Language, say } from '../../kernel/words/index.ts';
import { workspaceOf } from '../store.ts';
import type { ScoreReason } from './contract.ts';
import { customerScore } from './customer.ts';
import { policyOf } from './store.ts';

type Locale = { language: Language; currency: string };

const money = ({ language, currency }: Locale, minor: number): string =>
  new Intl.NumberFormat(language, { style: 'currency', currency, maximumFractionDigits: decimalsOf(currency) }).format(toMajor(minor, currency));
const percent = ({ language }: Locale, share: number): string => new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(share);
const number = ({ language }: Locale, value: number): string => new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(value);

const DAYS = /days$/i;
const SHARES = /(?:^|_)(?:share|change|trend|none)$/;
const MONEY = /(?:Minor|_spend)$/;

/** A number as its name says it is meant: days, money, a share, or a count. */
function written(locale: Locale, name: string, value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  // Silence in own gaps counts times, though its name says share.
  if (name === 'silence_share') return number(locale, value);
  if (DAYS.test(name)) return say(locale.language, 'explanation.days', { days: Math.round(value) });
  if (MONEY.test(name)) return money(locale, Math.round(value));
  return SHARES.test(name) ? percent(locale, value) : number(locale, value);
}

/** A reason as a sentence in the reader's language. */
export function sentenceOf(locale: Locale, { code, params }: ScoreReason): string {
  const { feature } = params, name = typeof feature === 'string' ? feature : null;
  const told = Object.entries(params).map(([key, value]) => [key, key === 'feature' ? say(locale.language, `churn.feature.${name ?? ''}`) : written(locale, name ?? key, value)]);
  return say(locale.language, code, Object.fromEntries(told));
}

/**
 * The explanation that the person may ask for: what the score is, what it is for, what weighed most, and what was not used. Needs customers.export
 * and a reason, and stands in the audit log. Refuses `access.forbidden`, `export.reason_missing`, `scoring.no_score`.
 */
export async function explain(stores: Stores, caller: Caller, customer: CustomerId, reason: string): Promise<string> {
  const { workspaceId, language } = caller, { score, withoutTraits } = await customerScore(stores, workspaceId, customer);
  if (!score) throw new Refusal('scoring.no_score');
  await recordExport(stores, caller, { what: `score/${customer}`, count: 1, masked: true, reason });
  const { policy, currency } = await stores.pg.tx(workspaceId, async (tx) => ({ policy: await policyOf(tx, workspaceId), currency: (await workspaceOf(tx, workspaceId)).currency })), locale = { language, currency };
  const speak = (key: string, params: Record<string, string | number> = {}): string => say(language, `explanation.${key}`, params);
  return [
    speak('title'), '', speak('about', { id: customer, day: score.asOf }), policy.purpose.trim() === '' ? speak('purpose.none') : speak('purpose', { purpose: policy.purpose }), '',
    speak('churn', { days: score.horizonDays, share: percent(locale, score.churn ?? 0) }), speak('value', { value: money(locale, score.valueMinor), low: money(locale, score.valueLowMinor), high: money(locale, score.valueHighMinor) }),
    speak(`method.${score.method}`, { version: score.churnModel }), '', speak('reasons'),
    ...score.reasons.map((one) => `- ${sentenceOf(locale, one)} (${speak(one.effect)})`), '',
    speak(withoutTraits.on || withoutTraits.byWorkspace ? 'traits.none' : 'traits.used'), speak('human'), '',
  ].join('\n');
}
