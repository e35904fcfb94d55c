import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import type { dataKeys } from '../kernel/access/contract.ts';
import type { Api } from './connect.ts';

type DataKeys = z.infer<typeof dataKeys>;

const POLL_MS = 300;

/** Rotates the data key and waits until the old one is destroyed. `watch` is told how far it has come. Refuses `keys.rotating` while one is under way. */
export async function rotateKeys(api: Api, watch: (done: number, total: number) => void): Promise<DataKeys> {
  const { id } = await api.post<{ id: string }>('/api/v1/data-keys/rotation', {});
  for (;;) {
    const keys = await api.get<DataKeys>('/api/v1/data-keys');
    if (keys.rotation?.id === id && keys.rotation.state === 'finished') return keys;
    watch(keys.rotation?.done ?? 0, keys.rotation?.total ?? 0);
    await sleep(POLL_MS);
  }
}
