import { useT } from '../../lib/language.tsx';

/** Our own events have names in every language; a shop's own events are called what the shop calls them. */
export function useEventName(): (event: string) => string {
  const t = useT();
  return (event) => {
    const key = `insight.event.${event.replaceAll(/[^a-z0-9]+/gi, '_').toLowerCase()}`;
    const named = t(key);
    return named === key ? event : named;
  };
}
