import { shopifyOrders, stripePayments, woocommerceOrders } from './abroad.ts';
import { jdCompensations, jdOrders } from './jd.ts';
import { ownRecipes } from './own.ts';
import { cdnow, uciOnlineRetail } from './research.ts';
import { taobaoLines, taobaoLinesOld, taobaoOrders, taobaoRefunds } from './taobao.ts';
import type { Recipe } from './types.ts';
import { youzanCustomers, youzanLines, youzanOrders } from './youzan.ts';

/** Every ready recipe. */
export const RECIPES: readonly Recipe[] = [
  taobaoOrders, taobaoLinesOld, taobaoLines, taobaoRefunds, youzanOrders, youzanLines, youzanCustomers, jdOrders, jdCompensations,
  shopifyOrders, woocommerceOrders, stripePayments, uciOnlineRetail, cdnow, ...ownRecipes,
];
