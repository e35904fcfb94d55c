import type { Purpose } from '../message.ts';
import type { Finding } from './finding.ts';
import { liquidParts, wordsOf } from './liquidParts.ts';
import { firstOf, INSTEAD, MARKETING_WORDS, type SmsRules, TOPIC_WORDS } from './rules.ts';
import { smsLength, type SmsLength } from './smsLength.ts';

const SIGNATURE = /【[^】]*】/u;
/** How a promotional message must end, by what it is written in. */
const OPT_OUT = /(?:拒收请回复R|拒收請回覆R|拒收請回復R)[。.]?\s*$/u;
const OPT_OUT_LATIN = /\breply stop\b[^\n]{0,30}$/i;
const OPT_OUT_ANY = /拒收|退订|退訂|回复\s*(?:TD|T|R)|回[复覆]R|reply stop|\bstop to\b/iu;
const HAN = /\p{sc=Han}/u;

const endsRight = (words: string): boolean => OPT_OUT.test(words.trimEnd()) || (!HAN.test(words) && OPT_OUT_LATIN.test(words.trimEnd()));

type Found = Omit<Finding, 'at' | 'field'>;
const error = (code: string, facts: Found['facts'] = {}): Found => ({ level: 'error', code, facts });
const warning = (code: string, facts: Found['facts'] = {}): Found => ({ level: 'warning', code, facts });

const promotion = (words: string): Found[] => (endsRight(words) ? [] : [error('sms_opt_out_missing', { ending: HAN.test(words) || words === '' ? '拒收请回复R' : 'Reply STOP to opt out' })]);

function notice(words: string): Found[] {
  const marketing = firstOf(words, MARKETING_WORDS), care = firstOf(words, TOPIC_WORDS.festival);
  return [
    ...(OPT_OUT_ANY.test(words) ? [error('sms_opt_out_unwanted')] : []),
    ...(marketing === undefined ? [] : [error('sms_notice_marketing', { word: marketing })]),
    ...(care === undefined ? [] : [error('sms_care_is_marketing', { word: care })]),
  ];
}

const LINK = /https?:\/\/[^\s，。；]*/giu;
const hasVariableLink = (text: string): boolean => [...text.matchAll(LINK)].some(([link]) => link.includes('{{'));

function providerFaults(text: string, words: string, purpose: Purpose, rules: SmsRules): Found[] {
  const { provider } = rules;
  const topics = rules.forbidden.flatMap((topic) => {
    const word = firstOf(words, TOPIC_WORDS[topic]);
    return word === undefined ? [] : [warning('sms_provider_topic', { provider, topic, word, instead: INSTEAD })];
  });
  if (purpose !== 'marketing') return topics;
  const varies = liquidParts(text).some(({ kind }) => kind !== 'text');
  if (varies && !rules.promoVariables) return [...topics, warning('sms_provider_no_variables', { provider, instead: INSTEAD })];
  return !rules.promoVariableLinks && hasVariableLink(text) ? [...topics, warning('sms_provider_fixed_links', { provider, instead: INSTEAD })] : topics;
}

/** What the signature adds to a text where the provider puts it. */
export const signed = (text: string, signature: string): string => (signature === '' ? text : `【${signature}】${text}`);

/** Length of a text with its signature, variables at `shown` (the text as it is for somebody). */
export const lengthOf = (shown: string, signature: string, rules: SmsRules): SmsLength => smsLength(signed(shown, signature), rules.counting);

/**
 * What is wrong with the text of a text message (D5, D7): a typed signature, a promotion without 拒收请回复R, a notice with advertising or
 * with an ending of promotions, birthday wishes sent as a notice, more than the provider takes; and as warnings what this provider refuses
 * where another channel would do. `shown`: the text with its variables filled, which is what is counted.
 */
export function lintSms(text: string, shown: string, { purpose, rules, signature }: { purpose: Purpose; rules: SmsRules; signature: string }): Found[] {
  const words = wordsOf(text);
  const length = lengthOf(shown, signature, rules);
  const characters = signed(shown, signature).length;
  return [
    ...(SIGNATURE.test(words) ? [error('sms_signature_typed')] : []),
    ...(purpose === 'marketing' ? promotion(words) : notice(words)),
    ...(characters > rules.maxLength ? [error('sms_too_long', { characters, most: rules.maxLength })] : []),
    ...(length.segments > 1 ? [warning('sms_segments', { ...length })] : []),
    ...providerFaults(text, words, purpose, rules),
  ];
}
