import { z } from 'zod';
import { type Route, route } from '../../../kernel/http/route.ts';
import { changeBlock, dropBlock, listBlocks, lookAtBlock, makeBlock, readBlock, readBlockVersion } from './blocks.ts';
import * as contract from './contract.ts';
import { previewBlock } from './preview.ts';

const tag = 'templates';
const params = contract.blockParams;

/** Shared blocks: content that many templates say, written once. */
export const blockRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/blocks', summary: 'Shared blocks with who uses them', tag, permission: 'reach.read', reply: contract.blocksShape }, async ({ stores, caller }) => ({ rows: await listBlocks(stores, caller) })),
  route({ method: 'POST', url: '/api/v1/blocks', summary: 'Write a shared block', tag, permission: 'reach.write', body: contract.newBlock, status: 201, reply: contract.blockShape }, ({ stores, caller, body }) => makeBlock(stores, caller, body)),
  route({ method: 'POST', url: '/api/v1/blocks/check', summary: 'What saving a block would break', tag, permission: 'reach.read', body: contract.checkBody, reply: contract.checkReply }, ({ stores, caller, body }) => lookAtBlock(stores, caller, body)),
  route({ method: 'POST', url: '/api/v1/blocks/preview', summary: 'A block as somebody would get it, saved or not', tag, permission: 'reach.read', body: contract.blockPreviewBody, reply: contract.blockPreviewReply }, ({ stores, caller, body }) => previewBlock(stores, caller, body)),
  route({ method: 'GET', url: '/api/v1/blocks/:id', summary: 'One shared block with its versions', tag, permission: 'reach.read', params, reply: contract.blockShape }, ({ stores, caller, params: { id } }) => readBlock(stores, caller, id)),
  route({ method: 'PATCH', url: '/api/v1/blocks/:id', summary: 'Save a shared block: every message from now on says it', tag, permission: 'reach.write', params, body: contract.blockChange, reply: contract.blockShape }, ({ stores, caller, params: { id }, body }) => changeBlock(stores, caller, id, body)),
  route({ method: 'DELETE', url: '/api/v1/blocks/:id', summary: 'Put a shared block away that nothing uses', tag, permission: 'reach.write', params, status: 204, reply: z.null() }, async ({ stores, caller, params: { id } }) => {
    await dropBlock(stores, caller, id);
    return null;
  }),
  route({ method: 'GET', url: '/api/v1/blocks/:id/versions/:version', summary: 'A shared block as it was once saved', tag, permission: 'reach.read', params: contract.blockVersionParams, reply: contract.blockVersionDetail },
    ({ stores, caller, params: { id, version } }) => readBlockVersion(stores, caller, id, version)),
];
