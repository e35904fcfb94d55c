import { type Route, route } from '../../kernel/http/route.ts';
import { tagPreviewBody, tagPreviewShape, tagWhyParams, tagWhyReply } from './contract.ts';
import { previewTag, whyTag } from './look.ts';

const tag = 'Tags';

/** Tags that carry a value: tried before they are made, and explained afterwards. */
export const tagValueRoutes: readonly Route[] = [
  route({ method: 'POST', url: '/api/v1/tags/preview', summary: 'How many would get which value of a tag', tag, permission: 'customers.read', body: tagPreviewBody, reply: tagPreviewShape },
    ({ stores, caller, body }) => previewTag(stores, caller, body.kind, body.spec)),
  route({ method: 'GET', url: '/api/v1/customers/:id/tags/:tag/why', summary: 'Why a customer bears the value of a tag', tag, permission: 'customers.read', params: tagWhyParams, reply: tagWhyReply },
    ({ stores, caller, params }) => whyTag(stores, caller, params.id, params.tag)),
];
