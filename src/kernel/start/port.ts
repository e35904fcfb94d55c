import { createServer } from 'node:net';
import { Refusal } from '../errors.ts';

/** Refuses `start.port.in_use` or `start.port.forbidden` before any long step has begun; port 0 is always free. */
export async function demandFreePort(host: string, port: number): Promise<void> {
  await new Promise<void>((free, taken) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      taken(new Refusal(error.code === 'EACCES' ? 'start.port.forbidden' : error.code === 'EADDRINUSE' ? 'start.port.in_use' : 'start.port.unusable', { host, port, code: error.code }));
    });
    probe.listen(port, host, () => probe.close(() => free()));
  });
}
