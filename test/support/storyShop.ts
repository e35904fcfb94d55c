import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { addDays, type Day } from '../../src/kernel/day.ts';
import type { Person } from './app.ts';

/** An order as the shop's program tells it: who (the number of a tea drinker), the day, and what was typed in at the till. */
export type ShopOrder = { who: number; day: Day; coupon?: string };

const EVENTS_PER_BODY = 4_000;
let told = 0;

/** Tells the door of orders of 128 yuan, as a till does. */
export async function tellOrders(app: FastifyInstance, writeKey: string, orders: readonly ShopOrder[]): Promise<void> {
  for (let from = 0; from < orders.length; from += EVENTS_PER_BODY) {
    const batch = orders.slice(from, from + EVENTS_PER_BODY).map(({ who, day, coupon }) => {
      const id = `O${told++}`;
      return { type: 'track', messageId: id, userId: `tea-${who}`, timestamp: `${day}T02:00:00.000Z`, event: 'Order Completed', properties: { order_id: id, total: 128, currency: 'CNY', ...(coupon ? { coupon } : {}) } };
    });
    const reply = await app.inject({ method: 'POST', url: '/v1/batch', headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, 'content-type': 'application/json' }, payload: JSON.stringify({ batch }) });
    expect(reply.statusCode).toBe(200);
  }
}

export const PEOPLE = 6_000, SILENT_FROM = 500, SILENT = 1_344;

/**
 * Eighteen months of a tea shop. Of the 500 who first bought in January 2026 112 never came again and are lost, 256 of its last days are silent, 132 bought again in July;
 * 1,344 others are silent, too; the rest buys.
 */
export function eighteenMonths(): ShopOrder[] {
  const january = (n: number): ShopOrder[] => {
    if (n < 112) return [{ who: n, day: addDays('2026-01-01', n % 15) }];
    return n < 368 ? [{ who: n, day: addDays('2026-01-25', n % 7) }] : [{ who: n, day: addDays('2026-01-16', n % 9) }, { who: n, day: addDays('2026-07-01', n % 10) }];
  };
  return Array.from({ length: PEOPLE }, (_, n): ShopOrder[] => {
    if (n < SILENT_FROM) return january(n);
    if (n < SILENT_FROM + SILENT) return [{ who: n, day: addDays('2025-11-10', n % 40) }, { who: n, day: addDays('2026-03-01', n % 60) }];
    return [{ who: n, day: addDays('2025-02-01', n % 300) }, { who: n, day: addDays('2026-06-25', n % 25) }];
  }).flat();
}

type Made = { id: string };
const text = (channel: 'wecom' | 'push', words: string): object => ({ language: 'zh-CN', content: channel === 'wecom' ? { channel, text: words, url: '' } : { channel, title: '好久不见', body: words, url: '' } });

/** A published template with a text for WeCom and one for push. */
export async function publish(by: Person, name: string, words: string): Promise<string> {
  const made = await by.call<Made>('POST', '/api/v1/templates', { name, purpose: 'marketing', document: { language: 'zh-CN', variants: [{ key: 'all', contents: [text('wecom', words), text('push', words)] }] } });
  const published = await by.call('POST', `/api/v1/templates/${made.body.id}/publish`, { revision: 1 });
  expect([made.status, published.status, published.body]).toEqual([201, 200, expect.anything()]);
  return made.body.id;
}
