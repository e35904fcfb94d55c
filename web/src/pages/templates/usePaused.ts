import { useDeferredValue, useEffect, useState } from 'react';

/** So long nobody types before what was typed is looked at, in milliseconds. */
const PAUSE_MS = 350;

/** What was typed, once nobody has typed for a moment. */
export function usePaused<T>(value: T): T {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return useDeferredValue(paused);
}
