import { parentPort, type Transferable, Worker } from 'node:worker_threads';

type Sent = { news: number; value: unknown } | { done: unknown } | { failed: string; stack: string };

/** Tells the thread that started this one; the promise ends when it has been dealt with there, so that nobody runs ahead. */
export type Tell<News> = (news: News, transfer?: readonly Transferable[]) => Promise<void>;

/** What a thread's file does: takes its input, tells of its way, gives its answer. To be called once, at the file's top. */
export function threadWork<Input, News, Answer>(work: (input: Input, tell: Tell<News>) => Promise<Answer>): void {
  const port = parentPort;
  if (!port) throw new Error('not in a thread');
  const waiting = new Map<number, () => void>();
  let count = 0;
  const tell: Tell<News> = (value, transfer = []) => new Promise((told) => {
    waiting.set(++count, told);
    port.postMessage({ news: count, value } satisfies Sent, [...transfer]);
  });
  port.on('message', (message: { input: Input } | { heard: number }) => {
    if ('heard' in message) {
      waiting.get(message.heard)?.();
      waiting.delete(message.heard);
      return;
    }
    work(message.input, tell).then(
      (done) => port.postMessage({ done } satisfies Sent),
      (error: unknown) => port.postMessage({ failed: error instanceof Error ? error.message : String(error), stack: error instanceof Error ? (error.stack ?? '') : '' } satisfies Sent),
    ).finally(() => port.close());
  });
}

export type ThreadOptions<News> = { transfer?: readonly Transferable[]; onNews?: (news: News) => Promise<void> | void; signal?: AbortSignal | undefined };

/**
 * Runs heavy work in a thread of its own, so that the process goes on answering. Plain data goes in and out; `transfer` moves buffers instead of
 * copying them. Ends the thread whatever happens; `signal` ends it at once and throws its reason, as an error of `onNews` does.
 */
export async function inThread<Input, News, Answer>(file: URL, input: Input, { transfer = [], onNews = () => undefined, signal }: ThreadOptions<News> = {}): Promise<Answer> {
  signal?.throwIfAborted();
  const worker = new Worker(file, { execArgv: [] });
  try {
    return await new Promise<Answer>((answered, failed) => {
      signal?.addEventListener('abort', () => failed(signal.reason as Error), { once: true });
      worker.once('error', failed);
      worker.once('exit', () => failed(new Error('the thread ended without an answer')));
      worker.on('message', (sent: Sent) => {
        if ('done' in sent) answered(sent.done as Answer);
        else if ('failed' in sent) failed(Object.assign(new Error(sent.failed), { stack: sent.stack }));
        else Promise.resolve(onNews(sent.value as News)).then(() => worker.postMessage({ heard: sent.news }), failed);
      });
      worker.postMessage({ input }, [...transfer]);
    });
  } finally {
    await worker.terminate();
  }
}
