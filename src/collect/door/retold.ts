import { dayIn } from '../../kernel/day.ts';
import { momentOf, type Sale, type Story, storyOf } from '../core/orderStory.ts';
import { shoppingOf } from '../core/shopping.ts';
import type { Scene } from '../imports/scene.ts';
import { type Place, storedOrders } from '../queries/stored.ts';
import { tellingsOf, toldByFiles } from '../queries/told.ts';
import type { Spoken } from './sales.ts';

const ORDERS_PER_READ = 1_000;

/**
 * Whether something comes late, or money goes back together with tellings of the order, or twice and once without a sum, so that laying one
 * over the other would not do.
 */
function isTangled({ sales, known }: Spoken): boolean {
  const back = sales.flatMap(({ refund }) => refund ?? []), told = sales.some(({ order }) => order);
  return (known !== undefined && sales.some((sale) => momentOf(sale) <= known.lastMs)) || (back.length > 0 && told) || (back.length > 1 && back.some(({ amount }) => amount === 0));
}

/** What events of other batches said of orders, by order number. */
async function saidBefore(scene: Scene, place: Place, spoken: readonly Spoken[]): Promise<Map<string, Sale[]>> {
  const { stores: { ch }, workspaceId, zone, currency, stamp: { version } } = scene;
  const moments = spoken.flatMap(({ sales, known }) => [...sales.map(momentOf), ...(known ? [known.firstMs, known.lastMs] : [])]);
  const span = { fromMs: moments.reduce((a, b) => Math.min(a, b), Infinity), toMs: moments.reduce((a, b) => Math.max(a, b), 0), version };
  const told = await tellingsOf(ch, workspaceId, place, spoken.map(({ orderNo }) => orderNo), span);
  const sales = told.flatMap(({ subject, ...event }): Sale[] => {
    const shopping = shoppingOf({ ...event, kind: 'track', shop: place.shop, name: '' }, { ...place, channel: '', currency, dayOf: (ms) => dayIn(zone, new Date(ms)) });
    return shopping ? [{ ...shopping, subject }] : [];
  });
  return Map.groupBy(sales, ({ order, refund }) => order?.orderNo ?? refund?.orderNo ?? '');
}

/** Orders that only refunds were told of so far, and files: the first are told anew with them, the second never without what the files said. */
async function sortedOut(scene: Scene, place: Place, spoken: readonly Spoken[]): Promise<{ anew: Spoken[]; plain: Spoken[] }> {
  const { stores: { ch }, workspaceId, stamp: { importId } } = scene;
  const heard = spoken.filter(({ known }) => known !== undefined).map(({ orderNo }) => orderNo);
  const stored = new Set(heard.length === 0 ? [] : (await storedOrders(ch, workspaceId, place, heard)).map(({ orderNo }) => orderNo));
  const wanted = spoken.filter((one) => isTangled(one) || (one.known !== undefined && !stored.has(one.orderNo) && one.sales.some(({ order }) => order)));
  const files = wanted.length === 0 ? new Set<string>() : await toldByFiles(ch, workspaceId, place, wanted.map(({ orderNo }) => orderNo), importId);
  const anew = wanted.filter(({ orderNo }) => !files.has(orderNo)), told = new Set(anew);
  return { anew, plain: spoken.filter((one) => !told.has(one)) };
}

/** Orders that must be told anew, with everything that was ever said of them; `plain`: those that need not. */
export async function retold(scene: Scene, spoken: readonly Spoken[]): Promise<{ stories: Story[]; plain: Spoken[] }> {
  const stories: Story[] = [], plain: Spoken[] = [];
  for (const group of Map.groupBy(spoken, ({ source, shop }) => `${source}\0${shop}`).values()) {
    for (let at = 0; at < group.length; at += ORDERS_PER_READ) {
      const some = group.slice(at, at + ORDERS_PER_READ), place = { source: some[0]?.source ?? '', shop: some[0]?.shop ?? '' };
      const sorted = await sortedOut(scene, place, some);
      plain.push(...sorted.plain);
      const before = sorted.anew.some(({ known }) => known) ? await saidBefore(scene, place, sorted.anew) : new Map<string, Sale[]>();
      for (const { orderNo, sales } of sorted.anew) stories.push(storyOf([...(before.get(orderNo) ?? []), ...sales]));
    }
  }
  return { stories, plain };
}
