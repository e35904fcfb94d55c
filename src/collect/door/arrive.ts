import type { Day } from '../../kernel/day.ts';
import { dayReader } from '../../kernel/day.ts';
import { type CustomerId, NOBODY, type SubjectId } from '../../kernel/ids.ts';
import type { WireEvent } from '../core/normalize.ts';
import { NOTHING } from '../core/wire.ts';
import { amountOf, type Shopping, shoppingOf, type Till } from '../core/shopping.ts';
import type { Scene } from '../imports/scene.ts';
import type { Body } from '../queries/ingest.ts';

/**
 * An event with where it came from, what it says of an order, and whose it is. Its properties are text from here on: the objects of
 * forty thousand events at once cost the garbage collector more than reading them does.
 */
export type Arrived = {
  event: Omit<WireEvent, 'properties'>; properties: string; day: Day; amount: number | null; shopping: Shopping | undefined; body: Body; subject: SubjectId; customer: CustomerId;
};
/** Takes the properties out of the event it is given. */
export type Arrive = (event: WireEvent, body: Body) => Arrived;

/** Reads events of bodies in the workspace's money and days. */
export function arriver({ currency, zone, convert }: Pick<Scene, 'currency' | 'zone' | 'convert'>): Arrive {
  const dayOf = dayReader(zone);
  const tills = new Map<string, Till>();
  const tillOf = ({ source, shop, channel }: Body): Till => {
    const till = tills.get(source) ?? { source, shop, channel, currency, dayOf };
    tills.set(source, till);
    return till;
  };
  return (wire, body) => {
    const till = tillOf(body), day = dayOf(wire.atMs), money = amountOf(wire, till), shopping = shoppingOf(wire, till), properties = JSON.stringify(wire.properties);
    wire.properties = NOTHING;
    return { event: wire, properties, day, amount: money && convert(money.amount, money.currency, day), shopping, body, subject: NOBODY, customer: NOBODY };
  };
}
