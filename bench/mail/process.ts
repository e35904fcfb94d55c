import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail server in a process of its own: takes whatever comes, notes for whom and when (ms since 1970), and keeps the first letters as they came. */
export type Letter = { from: string; to: string; raw: Buffer };
export type Asked = { ask: 'count' | 'arrivals' | 'letters' | 'seconds' } | { clear: true; keep: number };
export type Arrival = { to: string; ms: number };

let arrivals: Arrival[] = [], letters: Letter[] = [], keep = 0;

const server = new SMTPServer({
  authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'], disableReverseLookup: true, logger: false,
  onData: (stream, { envelope: { mailFrom, rcptTo } }, done) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => { if (letters.length < keep) chunks.push(chunk); });
    stream.on('end', () => {
      const to = rcptTo[0]?.address ?? '';
      arrivals.push({ to, ms: Date.now() });
      if (letters.length < keep) letters.push({ from: mailFrom ? mailFrom.address : '', to, raw: Buffer.concat(chunks) });
      done(null, 'queued');
    });
  },
});
server.on('error', () => undefined);

const seconds = (): number => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };

process.on('message', (asked: Asked) => {
  if ('clear' in asked) { arrivals = []; letters = []; keep = asked.keep; }
  process.send?.('clear' in asked ? 0 : { count: arrivals.length, letters, arrivals, seconds: seconds() }[asked.ask]);
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send?.((server.server.address() as AddressInfo).port));
