import { useFormats } from '../../lib/format.ts';
import { isKnown, type Speak, useT } from '../../lib/language.tsx';

type Facts = Readonly<Record<string, unknown>>;

const wordOf = (t: Speak, prefix: string, value: unknown): string => (typeof value === 'string' && isKnown(`${prefix}.${value}`) ? t(`${prefix}.${value}`) : typeof value === 'string' ? value : '');

/** A channel as people call it; 'best' is the one that fits each. */
export function useChannelWord(): (channel: string | null) => string {
  const t = useT();
  return (channel) => (channel === 'best' ? t('decisions.channel.best') : channel === null ? '—' : wordOf(t, 'message.channel', channel));
}

/** A provider by its word, else by its own name. */
export function useProviderWord(): (provider: string) => string {
  const t = useT();
  return (provider) => (isKnown(`channels.provider.${provider}`) ? t(`channels.provider.${provider}`) : provider);
}

/** A reason as a heading, without the facts of one message. */
export function useReasonName(): (reason: string) => string {
  const t = useT();
  return (reason) => {
    const known = [`reason.${reason}`, `decisions.reason.${reason}`, `decisions.reason.${reason.split('.')[0] ?? ''}`].find(isKnown);
    if (known) return t(known);
    const said = reason.replace(/^\w+\./, '').replaceAll(/[._]/g, ' ');
    return reason.includes('.') ? t('decisions.reason.said', { code: said }) : said;
  };
}

/** Why a message was decided so, with its facts: as a sentence of its own where there is one. */
export function useReason(): (reason: string | null, facts: Facts) => string {
  const t = useT();
  const { moment } = useFormats();
  const name = useReasonName();
  return (reason, facts) => {
    if (reason === null) return '';
    const said = { ...facts, channel: facts['channel'] === null ? 'all' : wordOf(t, 'message.channel', facts['channel']), purpose: wordOf(t, 'message.purpose', facts['purpose']), suppression: wordOf(t, 'suppression', facts['suppression']), rule: facts['rule'] === undefined ? '' : name(String(facts['rule'])), at: moment(textOf(facts['at'])) };
    const key = `decisions.why.${reason}`;
    const sentence = isKnown(key) ? t(key, said) : isKnown(`refusal.${reason}`) ? t(`refusal.${reason}`, said) : name(reason);
    return facts['dropped'] === true ? t('decisions.why.and', { sentence, more: t('decisions.why.dropped') }) : facts['late'] === true ? t('decisions.why.and', { sentence, more: t('decisions.why.late') }) : sentence;
  };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
