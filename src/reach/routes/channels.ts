import { z } from 'zod';
import { Refusal } from '../../kernel/errors.ts';
import { type Route, route } from '../../kernel/http/route.ts';
import { dkimRecord, newDkimKey } from '../channels/email/config.ts';
import { takeLetter } from '../channels/inbound/take.ts';
import { newVapidKeys } from '../channels/push/provider.ts';

const recipients = z.union([z.email(), z.array(z.email()).max(50)]).optional().transform((given) => (given === undefined ? [] : [given].flat()));
const count = z.number().int();

/** What mail servers hand over, and what sending e-mail needs. */
export const channelRoutes: readonly Route[] = [
  route({
    method: 'POST', url: '/api/v1/reach/inbound/email', summary: 'Hand over a raw mail (message/rfc822): a bounce, a complaint, an answer', tag: 'reach', permission: 'reach.write', status: 202,
    query: z.strictObject({ recipient: recipients }), reply: z.object({ known: count, fresh: count, stray: count }),
  }, ({ stores, caller, query: { recipient }, request }) => {
    if (!Buffer.isBuffer(request.body)) throw new Refusal('inbound.not_mail', {}, 415);
    return takeLetter(stores, caller, request.body, recipient);
  }),
  route({
    method: 'POST', url: '/api/v1/reach/dkim-keys', summary: 'A new DKIM key, shown once, with what to write into the DNS', tag: 'reach', permission: 'settings.write', status: 201,
    body: z.strictObject({ domain: z.string().trim().toLowerCase().regex(/^(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/), selector: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/) }),
    reply: z.object({ privateKey: z.string(), record: z.object({ name: z.string(), text: z.array(z.string()) }) }),
  }, async ({ body: { domain, selector } }) => {
    const privateKey = newDkimKey();
    return { privateKey, record: dkimRecord({ domain, selector, privateKey }) };
  }),
  route({
    method: 'POST', url: '/api/v1/reach/vapid-keys', summary: 'New keys for notifications in browsers, shown once; the public one goes into your pages', tag: 'reach', permission: 'settings.write', status: 201,
    reply: z.object({ publicKey: z.string(), privateKey: z.string() }),
  }, () => Promise.resolve(newVapidKeys())),
];
