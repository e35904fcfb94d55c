import { z } from 'zod';
import { type Route, route } from '../../kernel/http/route.ts';
import { idParams, newPromotionBody, promotionChangeBody, promotionListShape, promotionShape } from '../contract.ts';
import { addPromotion, changePromotion, listPromotions, removePromotion } from '../promotions.ts';

const tag = 'Promotions';

/** The promotion calendar: which days are like no others. */
export const promotionRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/insight/promotions', summary: 'The promotion calendar', tag, permission: 'insight.read', reply: promotionListShape },
    async ({ stores, caller }) => ({ rows: await listPromotions(stores, caller) })),
  route({ method: 'POST', url: '/api/v1/insight/promotions', summary: 'Add a promotion; orders of its days carry it', tag, permission: 'insight.write', body: newPromotionBody, status: 201, reply: promotionShape },
    ({ stores, caller, body }) => addPromotion(stores, caller, body)),
  route({ method: 'PATCH', url: '/api/v1/insight/promotions/:id', summary: 'Change a promotion', tag, permission: 'insight.write', params: idParams, body: promotionChangeBody, reply: promotionShape },
    ({ stores, caller, params, body }) => changePromotion(stores, caller, params.id, body)),
  route({ method: 'DELETE', url: '/api/v1/insight/promotions/:id', summary: 'Remove a promotion', tag, permission: 'insight.write', params: idParams, status: 204, reply: z.null() },
    async ({ stores, caller, params }) => {
      await removePromotion(stores, caller, params.id);
      return null;
    }),
];
