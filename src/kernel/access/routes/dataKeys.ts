import { route } from '../../http/route.ts';
import { keysNow, startRotation } from '../../rotation/index.ts';
import * as contract from '../contract.ts';

const tag = 'keys';

export const dataKeyRoutes = [
  route({
    method: 'GET', url: '/api/v1/data-keys', summary: 'Which data key seals, since when, and how far a rotation has come', tag, permission: 'keys.read', reply: contract.dataKeys,
  }, async ({ stores, caller }) => {
    const { key, madeAt, rotation } = await keysNow(stores, caller.workspaceId);
    return {
      key, madeAt: madeAt.toISOString(),
      rotation: rotation && { id: rotation.id, state: rotation.state, total: rotation.total, done: rotation.done, startedAt: rotation.startedAt.toISOString(), finishedAt: rotation.finishedAt?.toISOString() ?? null },
    };
  }),
  route({
    method: 'POST', url: '/api/v1/data-keys/rotation', summary: 'Make a new data key and seal everything anew with it, in the background; the old one is destroyed at the end', tag, permission: 'keys.write',
    status: 202, reply: contract.startedRotation,
  }, async ({ stores, caller }) => ({ id: await startRotation(stores, caller) })),
];
