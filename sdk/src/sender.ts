import type { Message, Queue } from './queue.ts';

export type Sender = { /** Soon, together with what follows at once. */ soon(): void; /** Now: all that waits. */ now(): Promise<void>; /** The page is being left: what waits goes out with no answer heard, and again from the next page if need be. */ leave(): void; stop(): void };
export type SenderOptions = { host: string; writeKey: string; queue: Queue };

const TOGETHER_MS = 400;
const BATCH = 50;
/** Browsers let no more than 64 KB outlive a page. */
const PARTING_CHARS = 20_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

const body = (writeKey: string, batch: readonly Message[]): string => JSON.stringify({ batch, sentAt: new Date().toISOString(), writeKey });

/** Milliseconds to the next try: twice as long each time, and never at the same moment as everybody else. */
const waitMs = (failures: number, retryAfter: string | null): number =>
  Math.max(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1)) * (0.5 + Math.random() / 2), (Number(retryAfter) || 0) * 1000);

/** As many from the front as a parting request may carry. */
function parting(messages: readonly Message[]): Message[] {
  let chars = 0;
  return messages.filter((message) => (chars += JSON.stringify(message).length) <= PARTING_CHARS);
}

export function openSender({ host, writeKey, queue }: SenderOptions): Sender {
  const url = `${host}/v1/b`;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy: Promise<void> | undefined;
  let failures = 0, most = BATCH, stopped = false;

  const later = (ms: number): void => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void now(), ms);
  };
  /** Whether to go on at once. Text without headers needs no leave from the server: a simple request. */
  const post = async (batch: readonly Message[]): Promise<boolean> => {
    const reply = await fetch(url, { method: 'POST', body: body(writeKey, batch), headers: { 'content-type': 'text/plain' }, credentials: 'omit', mode: 'cors' }).catch(() => undefined);
    const status = reply?.status ?? 0;
    if (status >= 200 && status < 300) {
      queue.remove(batch);
      failures = 0;
      most = BATCH;
      return true;
    }
    if (status === 413 && batch.length > 1) {
      most = Math.ceil(batch.length / 2);
      return true;
    }
    if (status === 400 || status === 413) {
      queue.remove(batch);
      return true;
    }
    // The key opens nothing: asking again will not help, but the next release of the page may bring another.
    if (status === 401 || status === 403) stopped = true;
    later(waitMs(++failures, reply?.headers.get('retry-after') ?? null));
    return false;
  };
  const drain = async (): Promise<void> => {
    for (let batch = queue.first(most); batch.length > 0 && !stopped; batch = queue.first(most)) if (!(await post(batch))) return;
  };
  const now = (): Promise<void> => (busy ??= drain().finally(() => { busy = undefined; }));

  return {
    soon: () => { if (failures === 0) later(TOGETHER_MS); },
    now,
    leave: () => {
      const batch = parting(queue.first(BATCH));
      if (batch.length > 0 && !stopped && navigator.onLine !== false) navigator.sendBeacon?.(url, new Blob([body(writeKey, batch)], { type: 'text/plain' }));
    },
    stop: () => { stopped = true; clearTimeout(timer); },
  };
}
