import type { ConsentInput } from '../../customers/index.ts';
import { NOBODY, type SubjectId } from '../../kernel/ids.ts';
import { makeOrderBook, type OrderBook } from '../core/orderBook.ts';
import type { Clean, CostRow, CustomerRow, EventRow, LineRow, OrderRow, RefundRow } from '../core/records.ts';
import { addDigests, type EventRecord } from '../encode.ts';
import { type LooseLine, lineRecord, saveLoose, saveOrders, type Told, writeLine } from './orders.ts';
import { saveCosts, saveEvents, saveRefunds, settleRefunds } from './others.ts';
import type { Heard, People, Person } from './people.ts';
import type { Scene, TellingOrder } from './scene.ts';

/** What is remembered of an order while the drop is read. */
type Note = { person: Person | undefined; stated: boolean; linesDigest: number; held: LineRow[] | undefined };

/** Takes clean records in and writes them: lines at once where nothing can still change them, orders when the drop is read. */
export type Intake = {
  nextFile(): void;
  add(clean: Clean): void;
  /** Call after each batch of rows. */
  settle(): Promise<void>;
  finish(): Promise<{ dayless: number }>;
};

const ORDERS_PER_SAVE = 10_000;
const EVENTS_PER_SAVE = 10_000;

const newNote = (): Note => ({ person: undefined, stated: false, linesDigest: 0, held: undefined });
type Book = OrderBook<Note>;

const heardIn = ({ orderedAt, paidAt, name, province, city }: Pick<OrderRow, 'orderedAt' | 'paidAt' | 'name' | 'province' | 'city'>): Heard => ({
  atMs: orderedAt ?? paidAt ?? 0, name, ...(province || city ? { traits: { ...(province ? { province } : {}), ...(city ? { city } : {}) } } : {}),
});

/** How files say yes and no to being written to: a column `consent_<channel>`. */
const CONSENT = /^consent_(sms|email|wecom|mp|call|push)$/;
const REFUSED = /^(no|n|false|0|withdrawn|unsubscribed|否|不同意|已退订|退订|取消訂閱)$/i;

function heardOfCustomer({ name, day, texts, numbers, days, tags }: CustomerRow, nowMs: number): Heard {
  const said = Object.entries(texts).flatMap(([key, value]) => {
    const channel = CONSENT.exec(key)?.[1];
    return channel ? [{ channel: channel as ConsentInput['channel'], state: REFUSED.test(value) ? 'withdrawn' as const : 'given' as const }] : [];
  });
  const rest = Object.fromEntries(Object.entries(texts).filter(([key]) => !CONSENT.test(key)));
  const traits = { ...rest, ...numbers, ...days, ...(day ? { customer_since: day } : {}) };
  return { atMs: nowMs, name, ...(Object.keys(traits).length > 0 ? { traits } : {}), ...(tags.length > 0 ? { tags } : {}), ...(said.length > 0 ? { consents: said } : {}) };
}

type MetEvent = { event: EventRow; person: Person | undefined };
type Papers = { refunds: { refund: RefundRow; person: Person | undefined }[]; costs: { cost: CostRow; person: Person | undefined }[] };

const eventRecord = (scene: Scene, { event, person }: MetEvent): EventRecord => ({
  subject: person?.subject ?? NOBODY, atMs: event.at, messageId: event.messageId || event.fingerprint, kind: event.kind, event: event.event, source: event.source,
  shop: event.shop, channel: event.channel, day: event.day, receivedAtMs: scene.receivedAtMs, url: event.url, campaign: event.campaign,
  amount: event.amount === null ? null : scene.convert(event.amount, event.currency, event.day), properties: JSON.stringify(event.properties), backfill: true,
});

/** Saves refunds and costs, each under its own person or its order's. */
async function savePapers(scene: Scene, { refunds, costs }: Papers, book: Book): Promise<void> {
  const subjectOf = (person: Person | undefined, placed: { shop: string; orderNo: string }): SubjectId =>
    person?.subject ?? book.memoOf(placed)?.person?.subject ?? NOBODY;
  await saveRefunds(scene, refunds.map(({ refund, person }) => ({ refund, subject: subjectOf(person, refund) })));
  await saveCosts(scene, costs.map(({ cost, person }) => ({ cost, subject: subjectOf(person, cost) })));
  if (scene.fresh || refunds.length === 0) return;
  await scene.sink.finish();
  await settleRefunds(scene, refunds.map(({ refund }) => refund));
}

export function openIntake(scene: Scene, people: People, { waits, streams }: { waits: boolean; streams: boolean }): Intake {
  const book: Book = makeOrderBook({ waits, memo: newNote });
  const papers: Papers = { refunds: [], costs: [] };
  let events: MetEvent[] = [];
  let lastOrder: OrderRow | undefined;

  const hearOrder = (order: OrderRow): void => {
    // Rows of one order bring the very same object again.
    if (order === lastOrder) return;
    lastOrder = order;
    const note = book.memoOf(order);
    if (note) note.stated ||= order.amount !== null;
    const person = people.of(order.identifiers, heardIn(order));
    if (!person) return;
    if (note) note.person = person;
    // One list for all orders of a person: it is held until the drop is read.
    order.identifiers = person.read;
  };
  const takeLine = (line: LineRow): void => {
    const note = book.memoOf(line) as Note;
    line.occurrence += scene.addition?.occurrenceOf(line) ?? 0;
    if (!streams || !note.person || line.day === '' || line.kind === 'adjustment') return void (note.held ??= []).push(line);
    note.linesDigest = addDigests(note.linesDigest, writeLine(scene, lineRecord(line, note.person.subject, scene)));
    scene.fates.lines.added++;
  };
  const sendEvents = async (): Promise<void> => {
    const batch = events;
    events = [];
    await saveEvents(scene, batch.map((one) => eventRecord(scene, one)));
  };
  const settle = async (): Promise<void> => {
    await people.settle();
    for (const line of book.takeLines()) takeLine(line);
    if (events.length >= EVENTS_PER_SAVE) await sendEvents();
    await scene.sink.breathe();
  };
  return {
    nextFile: () => book.nextFile(),
    add: (clean) => {
      const { order, item, refund, customer, event, cost } = clean;
      // The book first: it gives a record whose file names no shop the shop of its order.
      if (order || item || refund) book.add(clean);
      if (order) hearOrder(order);
      if (refund) papers.refunds.push({ refund, person: people.of(refund.identifiers, { atMs: refund.at ?? 0, name: '' }) });
      if (customer) people.of(customer.identifiers, heardOfCustomer(customer, scene.receivedAtMs));
      if (event) events.push({ event, person: people.of(event.identifiers, { atMs: event.at, name: '' }) });
      if (cost) papers.costs.push({ cost, person: people.of(cost.identifiers, { atMs: 0, name: '' }) });
    },
    settle,
    finish: async () => {
      const dayless = await saveBook(scene, people, book);
      await savePapers(scene, papers, book);
      await sendEvents();
      return { dayless };
    },
  };
}

/** Writes the book's orders in large sets; what no order holds afterwards counts by itself. Orders without any day are counted, not written. */
async function saveBook(scene: Scene, people: People, book: Book): Promise<number> {
  let dayless = 0;
  let tellings: (Omit<Told, 'subject'> & { person: Person | undefined })[] = [];
  const hold = (): void => {
    for (const line of book.takeLines()) {
      line.occurrence += scene.addition?.occurrenceOf(line) ?? 0;
      ((book.memoOf(line) as Note).held ??= []).push(line);
    }
  };
  const flush = async (): Promise<void> => {
    const batch = tellings;
    tellings = [];
    await people.settle();
    await saveOrders(scene, batch.map(({ person, ...told }) => ({ ...told, subject: person?.subject ?? NOBODY })));
    await scene.sink.breathe();
  };
  hold();
  for (const booked of book.finish()) {
    hold();
    const note = book.memoOf(booked) as Note;
    if (scene.fresh && booked.day === '') {
      dayless++;
      continue;
    }
    // Laid on, not copied: there may be millions of them.
    const order: TellingOrder = Object.assign(booked, { stated: note.stated, free: booked.amount === 0 && booked.lines > 0 });
    if (booked.identifiers.length > (note.person?.identifiers.length ?? 0)) note.person = people.of(booked.identifiers, heardIn(booked)) ?? note.person;
    tellings.push({ order, person: note.person, lines: note.held ?? [], linesDigest: note.linesDigest });
    note.held = undefined;
    if (tellings.length >= ORDERS_PER_SAVE) await flush();
  }
  hold();
  await flush();
  await saveLoose(scene, looseIn(book.memos()));
  return dayless;
}

/** Lines that no order of the drop holds: stock adjustments. */
function looseIn(notes: readonly Note[]): LooseLine[] {
  const loose: LooseLine[] = [];
  for (const { held, person } of notes) for (const line of held ?? []) if (line.day !== '') loose.push({ line, subject: person?.subject ?? NOBODY });
  return loose;
}
