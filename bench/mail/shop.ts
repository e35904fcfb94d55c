import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { resolve } from '../../src/customers/index.ts';
import { type Caller, systemCaller } from '../../src/kernel/access/caller.ts';
import { createFirstOwner } from '../../src/kernel/access/index.ts';
import { PERMISSIONS } from '../../src/kernel/access/permissions.ts';
import { readConfig } from '../../src/kernel/config.ts';
import type { Stores } from '../../src/kernel/stores.ts';
import { newDkimKey } from '../../src/reach/channels/email/config.ts';
import { addAccount } from '../../src/reach/connections.ts';
import { DEFAULT_RULES } from '../../src/reach/index.ts';
import { changeRules } from '../../src/reach/rules.ts';
import { makeTemplate, publishTemplate } from '../../src/reach/templates/templates.ts';
import type { NewTemplate } from '../../src/reach/templates/contract.ts';
import { startServer } from '../../src/server.ts';
import { type MailServer, startMailServer } from './server.ts';

export type MailShop = { stores: Stores; folder: string; url: string; mail: MailServer; caller: Caller; template: string; close(): Promise<void> };

const blocks = [
  { kind: 'heading', text: '{{ customer.first_name | default: "朋友" }}，春茶到了' }, { kind: 'text', text: '今年雨水好，明前龙井比去年早了五天。\n您上次买的是 {{ event.last | default: "龙井" }}，这一批更鲜。' },
  { kind: 'products', list: 'event.items', most: 4 }, { kind: 'text', text: '{% if customer.order_count %}您已经来过 {{ customer.order_count }} 次，{% endif %}老客先选，三天内免运费。' },
  { kind: 'button', label: '去看看', href: 'https://shop.example/spring' }, { kind: 'footer', text: '{{ workspace.name }}' },
] as const;

/** A letter as a shop writes it: blocks that become MJML, a list of goods, a variant for those who were lost, in two languages. */
export const written = (): NewTemplate['document'] => ({
  language: 'zh-CN', sample: {},
  variants: [
    { key: 'sleeping', name: '', when: { stages: ['at_risk', 'churned'], segments: [], angles: [], arms: [] }, contents: [letter('zh-CN', '好久不见')] },
    { key: 'all', name: '', when: { stages: [], segments: [], angles: [], arms: [] }, contents: [letter('zh-CN', '明前龙井开采了'), letter('en', 'Spring tea')] },
  ],
});
const letter = (language: 'zh-CN' | 'en', subject: string): NewTemplate['document']['variants'][number]['contents'][number] => ({
  language, content: { channel: 'email', subject: `{{ customer.first_name | default: "您好" }}，${subject}`, preheader: '今年的头采', text: '', body: { kind: 'blocks', accent: '#1E6B52', blocks: [...blocks] } },
});

/** The whole product with a mail connection as it is used: signed, with a return path and links, and a published template. Nobody is held back by rules of time or number. */
export async function openMailShop(): Promise<MailShop> {
  const mail = await startMailServer(), folder = mkdtempSync(join(tmpdir(), 'perennial-bench-'));
  const config = readConfig(['--data', join(folder, 'data'), '--port', '0'], { PERENNIAL_EGRESS_ALLOW: `127.0.0.1:${mail.port}` });
  const running = await startServer(config, { clock: { now: () => new Date() }, log: pino({ level: 'error' }), pid: process.pid });
  const { stores, url } = running;
  const { workspaceId } = await createFirstOwner(stores, { email: 'bench@example.test', workspace: { name: '茶语', timezone: 'Asia/Shanghai', currency: 'CNY', language: 'zh-CN' } });
  const caller = systemCaller(workspaceId, PERMISSIONS);
  const open = { base: 'https://mail.brand.example', spacingMinutes: 0, control: { share: 0, salt: 'none' }, quiet: { ...DEFAULT_RULES.quiet, on: false }, caps: { ...DEFAULT_RULES.caps, limits: [] } };
  await changeRules(stores, caller, { version: 0, rules: open } as unknown as Parameters<typeof changeRules>[2]);
  await addAccount(stores, caller, { channel: 'email', provider: 'smtp', name: 'Mail', perSecond: null, perDay: null, config: {
    host: '127.0.0.1', port: mail.port, security: 'none', from: { name: '茶语', address: 'shop@brand.example' }, returnDomain: 'bounce.brand.example', dkim: { domain: 'brand.example', selector: 's1', privateKey: newDkimKey() },
  } });
  const { id } = await makeTemplate(stores, caller, { name: '春茶上新', description: '', purpose: 'marketing', document: written() });
  await publishTemplate(stores, caller, id, { revision: 1, reason: '' });
  return {
    stores, folder: join(folder, 'data'), url, mail, caller, template: id,
    close: async () => {
      await running.stop();
      await mail.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const AT_ONCE = 2_000;
/** People with an address who agreed to marketing by e-mail. */
export async function agreeing({ stores, caller: { workspaceId } }: MailShop, count: number): Promise<string[]> {
  const people: string[] = [];
  for (let from = 0; from < count; from += AT_ONCE) {
    const { items } = await resolve(stores, workspaceId, Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => ({
      identifiers: [{ kind: 'email' as const, value: `p${from + i}@x${i % 20}.test` }], at: stores.clock.now(), source: 'shop', name: `李${from + i}`, consents: [{ channel: 'email' as const, state: 'given' as const }],
    })));
    people.push(...items.map(({ customer }) => customer));
  }
  return people;
}
