import { createServer, type Server, type Socket, connect } from 'node:net';

/** Something between the product and a store that can be slow, silent or gone, as a network can. Listens on loopback. */
export type StoreProxy = {
  port: number;
  /** Every answer of the store comes so much later. */
  slow(ms: number): void;
  /** Connections break and new ones are refused. */
  refuse(): Promise<void>;
  /** Connections stay and say nothing, new ones too: packets that nobody answers. */
  hush(): void;
  /** All is as before; what was hushed is handed on. */
  mend(): Promise<void>;
  /** Connections that stand. */
  open(): number;
  close(): Promise<void>;
};

type Line = { outer: Socket; inner: Socket };

const listening = (server: Server, port: number): Promise<number> =>
  new Promise((done, failed) => server.once('error', failed).listen(port, '127.0.0.1', () => done((server.address() as { port: number }).port)));

export async function openProxy(target: number): Promise<StoreProxy> {
  const lines = new Set<Line>();
  let delayMs = 0, hushed = false;
  const still = ({ outer, inner }: Line): void => void [outer, inner].map((one) => (hushed ? one.pause() : one.resume()));
  const join = (outer: Socket): void => {
    const inner = connect(target, '127.0.0.1'), line = { outer, inner };
    let dueMs = 0;
    lines.add(line);
    const end = (): void => { outer.destroy(); inner.destroy(); lines.delete(line); };
    for (const one of [outer, inner]) one.setNoDelay(true).on('error', end).on('close', end);
    outer.on('data', (chunk) => void inner.write(chunk));
    inner.on('data', (chunk) => {
      // Chunks keep their order, also where the delay has just been made shorter.
      dueMs = Math.max(dueMs, performance.now() + delayMs);
      const waitMs = dueMs - performance.now();
      if (waitMs <= 0) outer.write(chunk);
      else setTimeout(() => void outer.write(chunk), waitMs);
    });
    if (hushed) still(line);
  };
  let server = createServer(join);
  const port = await listening(server, 0);
  const refuse = async (): Promise<void> => {
    const closed = new Promise((done) => server.close(done));
    for (const { outer, inner } of lines) { outer.destroy(); inner.destroy(); }
    await closed;
  };
  return {
    port, refuse,
    slow: (ms) => { delayMs = ms; },
    hush: () => { hushed = true; lines.forEach(still); },
    mend: async () => {
      delayMs = 0;
      hushed = false;
      lines.forEach(still);
      if (server.listening) return;
      server = createServer(join);
      await listening(server, port);
    },
    open: () => lines.size,
    close: async () => { if (server.listening) await refuse(); },
  };
}
