import { appendFileSync, readFileSync } from 'node:fs';
import { resolve } from '../../../src/customers/index.ts';
import { systemCaller } from '../../../src/kernel/access/caller.ts';
import { PERMISSIONS } from '../../../src/kernel/access/permissions.ts';
import { newId } from '../../../src/kernel/ids.ts';
import type { Stores } from '../../../src/kernel/stores.ts';
import { sealConfig } from '../../../src/reach/accounts.ts';
import { type Outgoing, registerProvider } from '../../../src/reach/channels/channel.ts';
import { sandboxConfig } from '../../../src/reach/channels/sandbox.ts';
import type { ChannelName, Outcome } from '../../../src/reach/core/message.ts';
import { DEFAULT_RULES } from '../../../src/reach/core/rules.ts';
import { type Intent, propose } from '../../../src/reach/index.ts';
import { insertAccount } from '../../../src/reach/queries/accounts.ts';
import { saveRules } from '../../../src/reach/queries/rules.ts';
import { registerRenderer } from '../../../src/reach/rendering.ts';
import type { NewTemplate } from '../../../src/reach/templates/contract.ts';
import { makeTemplate, publishTemplate } from '../../../src/reach/templates/templates.ts';

/** Rules under which everybody gets everything at once, at any hour: some worlds go by the clock on the wall. */
export const OPEN_RULES = { control: { share: 0, salt: '' }, spacingMinutes: 0, quiet: { ...DEFAULT_RULES.quiet, on: false }, caps: { window: 'calendar', limits: [], allow: { customers: [], sources: [] } } };

export const letAll = (stores: Stores, ws: string): Promise<unknown> => stores.pg.tx(ws, (tx) => saveRules(tx, ws, { version: 1, rules: OPEN_RULES, at: stores.clock.now(), by: 'test' }));

/** A connection to a provider of a channel; most of these tests need no settings. */
export async function connect(stores: Stores, ws: string, channel: ChannelName, provider: string, config: object = {}): Promise<string> {
  const id = newId(), keys = await stores.keys.of(ws);
  await stores.pg.tx(ws, (tx) => insertAccount(tx, ws, { id, channel, provider, name: provider, sealed: sealConfig(keys, id, config), perSecond: null, perDay: null, createdBy: 'test', createdAt: stores.clock.now() }));
  return id;
}

/** Customers with e-mail and telephone who agreed to both. */
export async function agreeing(stores: Stores, ws: string, count: number): Promise<string[]> {
  const consents = [{ channel: 'email' as const, state: 'given' as const }, { channel: 'sms' as const, state: 'given' as const }];
  const { items } = await resolve(stores, ws, Array.from({ length: count }, (_, i) => ({ identifiers: [{ kind: 'email' as const, value: `p${i}@tea.example` }, { kind: 'phone' as const, value: `139${String(10_000_000 + i)}` }], at: stores.clock.now(), source: 'shop', consents })));
  return items.map(({ customer }) => customer);
}

export const wish = (stores: Stores, customer: string, more: Partial<Intent> = {}): Intent => ({
  id: newId(), customer, source: { kind: 'campaign', id: 'c1', version: 1, step: 's', enrolment: null }, channel: 'email', purpose: 'marketing', template: { id: newId(), version: null }, params: {}, priority: 0, ifBlocked: 'queue',
  dueAt: stores.clock.now(), expiresAt: null, ...more,
});
export const wishAll = (stores: Stores, ws: string, wishes: readonly Intent[]): Promise<number> => stores.pg.tx(ws, (tx) => propose(tx, stores, ws, wishes));

/** What a template says on one way, as it is written. */
export type Content = NewTemplate['document']['variants'][number]['contents'][number]['content'];
/** A published template of the contents given, in Chinese, for everybody; its id. */
export async function published(stores: Stores, ws: string, name: string, contents: readonly Content[], purpose: NewTemplate['purpose'] = 'marketing'): Promise<string> {
  const caller = systemCaller(ws, PERMISSIONS), all = { key: 'all', name: '', when: { stages: [], segments: [], angles: [], arms: [] }, contents: contents.map((content) => ({ language: 'zh-CN' as const, content })) };
  const { id } = await makeTemplate(stores, caller, { name, description: '', purpose, document: { language: 'zh-CN', sample: {}, variants: [all] } });
  await publishTemplate(stores, caller, id, { revision: 1, reason: '' });
  return id;
}
/** A letter as it is written on the page. */
export const LETTER: Content = { channel: 'email', subject: '新茶', preheader: '', text: '', body: { kind: 'blocks', accent: '#1E6B52', blocks: [{ kind: 'text', text: '{{ customer.first_name | default: "朋友" }}，新茶到了' }, { kind: 'footer', text: '{{ workspace.name }}' }] } };
export const publishedLetter = (stores: Stores, ws: string): Promise<string> => published(stores, ws, '新茶', [LETTER]);

/** A text for whoever asks, and `before` it is written. */
export const writePlainly = (before: () => Promise<void> | void = () => undefined): void => registerRenderer(async (_, __, wanted) => {
  await before();
  return wanted.map(({ channel }) => (channel === 'sms' ? { channel, text: 'hi', variant: 'a', language: 'en' } : channel === 'call' ? { channel, title: 'Ring them', body: '', variant: 'a', language: 'en' } : { channel: 'email', subject: 's', preheader: '', html: '<p>h</p>', text: 'h', variant: 'a', language: 'en' }));
});

/** A provider that does as it is told. */
export const provide = (channel: 'email' | 'sms', name: string, send: (messages: readonly Outgoing[]) => Promise<Outcome[]>): void =>
  registerProvider({ name, channel, tested: 'protocol', config: sandboxConfig, address: channel === 'email' ? 'email' : 'phone', open: async () => ({ send, close: async () => undefined }) });

/** What a provider accepted, a line a message: it outlives whoever was killed. */
export const accept = (file: string, { id }: Outgoing): Outcome => {
  appendFileSync(file, `${id}\n`);
  return { state: 'accepted', providerId: `p:${id}` };
};
export const acceptedIn = (file: string): string[] => readFileSync(file, 'utf8').split('\n').filter(Boolean);
