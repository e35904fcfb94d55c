import { NOBODY, type SubjectId } from '../../kernel/ids.ts';
import { newerOrder } from '../core/orderBook.ts';
import { wholeRefund } from '../core/orderStory.ts';
import type { FullRefund, LineRow, OrderRow } from '../core/records.ts';
import type { Status } from '../core/statuses.ts';
import { addDigests, type Cells, kept, type LineRecord, lineCells, orderCells, type OrderRecord, orderTail, stampTail } from '../encode.ts';
import { keepBefore, type Place, type StoredOrder, storedLines, storedOrders } from '../queries/stored.ts';
import type { Scene, TellingOrder } from './scene.ts';

/** One order with the lines that came with it; `linesDigest` is given instead where its lines were stored as they came. `whole`: all that was ever said of it, to stand instead of what is stored. */
export type Told = { order: TellingOrder; subject: SubjectId; lines: LineRow[]; linesDigest: number; whole?: boolean };

const NUMBERS_PER_READ = 5_000;

export const lineRecord = (line: LineRow, subject: SubjectId, { convert }: Pick<Scene, 'convert'>, loose = false): LineRecord => ({
  source: line.source, shop: line.shop, orderNo: line.orderNo, sku: line.sku, occurrence: line.occurrence, subject, day: line.day, name: line.name, category: line.category,
  kind: line.kind, quantity: line.quantity, amount: convert(line.amount, line.currency, line.day) ?? 0, refunded: convert(line.refunded, line.currency, line.day) ?? 0,
  cost: convert(line.cost, line.currency, line.day) ?? 0, loose,
});

function recordOf(order: TellingOrder, subject: SubjectId, scene: Scene): OrderRecord {
  const orderedAtMs = order.orderedAt ?? order.paidAt ?? Date.parse(`${order.day}T00:00:00Z`);
  const inReporting = (minor: number): number => scene.convert(minor, order.currency, order.day) ?? 0;
  return {
    source: order.source, shop: order.shop, orderNo: order.orderNo, subject, status: order.status || (order.assumed ?? 'done'), orderedAtMs, paidAtMs: order.paidAt, day: order.day,
    currency: scene.currency, amount: inReporting(order.amount), originalAmount: order.amount, originalCurrency: order.currency || scene.currency,
    shipping: inReporting(order.shipping), discount: inReporting(order.discount), refunded: inReporting(order.refunded), fullRefund: order.fullRefund,
    measures: order.measures, channel: order.channel, coupon: order.coupon, province: order.province, city: order.city,
    receivers: order.receivers, b2b: order.b2b, stated: order.stated, free: order.free, properties: order.properties,
  };
}

/** A stored order as a telling, in its own currency, so that a newer one can be laid over it. */
function tellingOf(stored: StoredOrder): OrderRow & { refunded: number } {
  const foreign = stored.originalCurrency !== stored.currency && stored.amount !== 0;
  const own = (minor: number): number => (foreign ? Math.round((minor * stored.originalAmount) / stored.amount) : minor);
  return {
    source: stored.source, shop: stored.shop, orderNo: stored.orderNo, status: stored.status as Status, orderedAt: stored.orderedAtMs, paidAt: stored.paidAtMs, day: stored.day,
    currency: stored.originalCurrency, amount: stored.originalAmount, shipping: own(stored.shipping), discount: own(stored.discount), refunded: own(stored.refunded),
    fullRefund: stored.fullRefund as FullRefund, measures: stored.measures, channel: stored.channel, coupon: stored.coupon, province: stored.province, city: stored.city,
    receiver: '', b2b: stored.b2b, name: '', identifiers: [], properties: stored.properties,
  };
}

/**
 * The newer telling over the stored one. Money that came back is never forgotten: the larger sum stands. An amount no file
 * has given follows the lines: `linesGrewBy`, in the reporting currency.
 */
function renewed(stored: StoredOrder, told: Told, linesGrewBy: number): Told {
  if (told.whole) return { ...told, subject: told.subject === NOBODY ? stored.subject : told.subject };
  const { order } = told;
  const before = tellingOf(stored);
  const ratio = stored.amount !== 0 ? stored.originalAmount / stored.amount : 1;
  const derived = stored.originalAmount + (stored.stated ? 0 : Math.round(linesGrewBy * ratio));
  const merged = newerOrder(before, { ...order, amount: order.stated ? order.amount : null });
  const amount = order.stated ? order.amount : derived;
  const refunded = Math.max(before.refunded, order.refunded);
  const fullRefund = merged.fullRefund || (refunded > 0 && amount > 0 && refunded >= amount ? wholeRefund(merged.status) : '');
  return {
    ...told,
    order: { ...merged, amount, refunded, fullRefund, receivers: Math.max(stored.receivers, order.receivers), stated: stored.stated || order.stated, free: amount === 0 && (told.lines.length > 0 || stored.free) },
    subject: told.subject === NOBODY ? stored.subject : told.subject,
  };
}

function writeOrder(scene: Scene, told: Told, linesDigest: number): void {
  const { bytes, digest } = orderCells(recordOf(told.order, told.subject, scene));
  scene.sink.add('orders', bytes, orderTail({ promo: scene.promoOf(told.order.shop, told.order.day), digest, linesDigest, receivedAtMs: scene.receivedAtMs }, scene.stamp));
}

/** Writes a line and gives its digest. */
export function writeLine(scene: Scene, record: LineRecord): number {
  const { bytes, digest } = lineCells(record);
  scene.sink.add('order_lines', bytes, stampTail(digest, scene.stamp));
  return digest;
}

function saveNew(scene: Scene, told: Told): void {
  let linesDigest = told.linesDigest;
  for (const line of told.lines) {
    line.day ||= told.order.day;
    linesDigest = addDigests(linesDigest, writeLine(scene, lineRecord(line, told.subject, scene)));
  }
  scene.fates.lines.added += told.lines.length;
  scene.fates.orders.added++;
  writeOrder(scene, told, linesDigest);
}

type LineCells = Cells & { at: string; amount: number };
type Known = Map<string, { digest: number; amount: number; importId: string }>;
type Compared = { told: Told; stored: StoredOrder; lines: LineCells[]; known: Known | undefined };

/** A telling beside the stored order: its lines as they would be stored. */
function beside(scene: Scene, told: Told, stored: StoredOrder): Compared {
  const subject = told.subject === NOBODY ? stored.subject : told.subject;
  const lines = told.lines.map((line) => {
    line.day ||= told.order.day || stored.day;
    const record = lineRecord(line, subject, scene);
    return { ...kept(lineCells(record)), at: `${line.sku}\0${line.occurrence}`, amount: record.amount };
  });
  return { told, stored, lines, known: undefined };
}

/** Whether a stored order has these lines. One written under this very version was begun by a run that was killed: it may stand without them. */
const sameLines = ({ lines, stored }: Compared, { stamp }: Scene): boolean =>
  lines.length === 0 || (stored.version !== stamp.version && lines.reduce((sum, { digest }) => addDigests(sum, digest), 0) === stored.linesDigest);

/** Writes those lines of a stored order that are new or say something else; by how much they grew and what all add up to afterwards. */
function saveChangedLines(scene: Scene, { lines, known, stored }: Compared): { grewBy: number; linesDigest: number } {
  const { fates, sink, stamp } = scene;
  if (!known) {
    fates.lines[stored.importId === stamp.importId ? 'added' : 'unchanged'] += lines.length;
    return { grewBy: 0, linesDigest: stored.linesDigest };
  }
  let grewBy = 0;
  for (const { at, bytes, digest, amount } of lines) {
    const before = known.get(at);
    const mine = before?.importId === stamp.importId;
    if (before?.digest === digest) {
      fates.lines[mine && !scene.addition ? 'added' : 'unchanged']++;
      continue;
    }
    fates.lines[before && !mine ? 'updated' : 'added']++;
    grewBy += amount - (before?.amount ?? 0);
    known.set(at, { digest, amount, importId: stamp.importId });
    sink.add('order_lines', bytes, stampTail(digest, stamp));
  }
  return { grewBy, linesDigest: [...known.values()].reduce((sum, { digest }) => addDigests(sum, digest), 0) };
}

/** Reads the stored lines of those orders whose lines differ. */
async function readLines(scene: Scene, place: Place, rows: readonly Compared[]): Promise<string[]> {
  const differing = rows.filter((row) => !sameLines(row, scene));
  for (const row of differing) row.known = new Map();
  const byNumber = new Map(differing.map(({ stored, known }) => [stored.orderNo, known]));
  const numbers = [...byNumber.keys()];
  if (numbers.length > 0) for (const line of await storedLines(scene.stores.ch, scene.workspaceId, place, numbers)) byNumber.get(line.orderNo)?.set(`${line.sku}\0${line.occurrence}`, line);
  return numbers;
}

async function saveKnown(scene: Scene, place: Place, rows: readonly Compared[]): Promise<void> {
  const { stores: { ch }, workspaceId, fates, sink, stamp, receivedAtMs } = scene;
  const numbers = await readLines(scene, place, rows);
  if (numbers.length > 0) await keepBefore(ch, workspaceId, 'order_lines', place, numbers, stamp.importId);
  const changed: { number: string; cells: Uint8Array; tail: () => Uint8Array }[] = [];
  for (const row of rows) {
    const { stored } = row;
    const { grewBy, linesDigest } = saveChangedLines(scene, row);
    const { order, subject } = renewed(stored, row.told, grewBy);
    const { bytes, digest } = kept(orderCells(recordOf(order, subject, scene)));
    const same = digest === stored.digest && linesDigest === stored.linesDigest;
    fates.orders[stored.importId === stamp.importId ? 'added' : same ? 'unchanged' : 'updated']++;
    if (!same) changed.push({ number: stored.orderNo, cells: bytes, tail: () => orderTail({ promo: scene.promoOf(order.shop, order.day), digest, linesDigest, receivedAtMs }, stamp) });
  }
  // What is replaced is kept first: a run killed in between would otherwise have nothing to give back.
  if (changed.length > 0) await keepBefore(ch, workspaceId, 'orders', place, changed.map(({ number }) => number), stamp.importId);
  for (const { cells, tail } of changed) sink.add('orders', cells, tail());
}

/**
 * Saves orders with their lines: new ones are written; known ones are compared by digest, laid over the stored version
 * (newest telling wins, the status never goes back) and written only where something differs. Every order must have a day.
 */
export async function saveOrders(scene: Scene, tellings: readonly Told[]): Promise<void> {
  if (scene.fresh) {
    for (const told of tellings) saveNew(scene, told);
    return;
  }
  for (const group of Map.groupBy(tellings, ({ order }) => `${order.source}\0${order.shop}`).values()) {
    for (let at = 0; at < group.length; at += NUMBERS_PER_READ) await saveSome(scene, group.slice(at, at + NUMBERS_PER_READ));
  }
}

async function saveSome(scene: Scene, tellings: readonly Told[]): Promise<void> {
  const [first] = tellings;
  if (!first) return;
  const place = { source: first.order.source, shop: first.order.shop };
  const stored = new Map((await storedOrders(scene.stores.ch, scene.workspaceId, place, tellings.map(({ order }) => order.orderNo))).map((order) => [order.orderNo, order]));
  const known: Compared[] = [];
  for (const told of tellings) {
    const before = stored.get(told.order.orderNo);
    if (before) known.push(beside(scene, told, before));
    else if (told.order.day) saveNew(scene, told);
  }
  await saveKnown(scene, place, known);
}

export type LooseLine = { line: LineRow; subject: SubjectId };

/** Saves lines that no order holds; one stored already with the same content is left as it is. */
export async function saveLoose(scene: Scene, loose: readonly LooseLine[]): Promise<void> {
  const { fates, sink, stamp, stores: { ch }, workspaceId } = scene;
  for (const group of Map.groupBy(loose, ({ line }) => line.shop).values()) {
    for (let at = 0; at < group.length; at += NUMBERS_PER_READ) {
      const some = group.slice(at, at + NUMBERS_PER_READ);
      const place = { source: some[0]?.line.source ?? '', shop: some[0]?.line.shop ?? '' };
      const numbers = [...new Set(some.map(({ line }) => line.orderNo))];
      const known = new Map((scene.fresh ? [] : await storedLines(ch, workspaceId, place, numbers)).map((line) => [`${line.orderNo}\0${line.sku}\0${line.occurrence}`, line]));
      if (known.size > 0) await keepBefore(ch, workspaceId, 'order_lines', place, numbers, stamp.importId);
      for (const { line, subject } of some) {
        const { bytes, digest } = lineCells(lineRecord(line, subject, scene, true));
        const before = known.get(`${line.orderNo}\0${line.sku}\0${line.occurrence}`);
        const mine = before?.importId === stamp.importId;
        if (before?.digest !== digest) sink.add('order_lines', bytes, stampTail(digest, stamp));
        fates.lines[!before || mine ? 'added' : before.digest === digest ? 'unchanged' : 'updated']++;
      }
    }
  }
}
