import { isKnown, LANGUAGES, useT } from './language.tsx';
import { start } from '../../../src/kernel/words/start.ts';

const SAMPLE = 'start.sample.source';

/** The sample shop's source was named in whatever language it was made in; it reads in the reader's own. Every other source keeps the name people gave it. */
export function useSourceName(): (name: string) => string {
  const t = useT();
  return (name) => (LANGUAGES.some((language) => start[SAMPLE]?.[language] === name) ? t(SAMPLE) : name);
}

/** A channel by its word where its key is a known one, else as the data call it. */
export function useChannelName(): (channel: string) => string {
  const t = useT();
  return (channel) => (isKnown(`channel.${channel}`) ? t(`channel.${channel}`) : channel);
}
