import type { Person } from './app.ts';

const says = (text: string, language = 'zh-CN') => ({ language, content: { channel: 'wecom', text, url: 'https://shop.example/spring' } });
const email = { language: 'zh-CN', content: {
  channel: 'email', subject: '{{ customer.first_name | default: "您好" }}，明前龙井开采了', preheader: '今年的头采，老客先选', text: '',
  body: { kind: 'blocks', accent: '#1E6B52', blocks: [
    { kind: 'shared', key: 'brand' },
    { kind: 'heading', text: '{{ customer.first_name | default: "朋友" }}，春茶到了' }, { kind: 'text', text: '今年雨水好，明前龙井比去年早了五天。\n您上次买的是 {{ event.last | default: "龙井" }}，这一批更鲜。' },
    { kind: 'products', list: 'event.items', most: 3 }, { kind: 'button', label: '去看看', href: 'https://shop.example/spring' }, { kind: 'footer', text: '{{ workspace.name }}' },
  ] },
} };
const sms = (text: string) => ({ language: 'zh-CN', content: { channel: 'sms', text } });

/** Two blocks, one calling the other and saved twice. */
async function writtenBlocks(owner: Person): Promise<void> {
  const block = (key: string, name: string, contents: object[]) => owner.call<{ id: string }>('POST', '/api/v1/blocks', { key, name, document: { language: 'zh-CN', contents } });
  const shown = { kind: 'mjml', mjml: '<mj-section background-color="#EEF3F0"><mj-column><mj-text>{{ workspace.name }} · {% render \'licence\' %}</mj-text></mj-column></mj-section>' };
  const { body: { id } } = await block('licence', '备案信息', [{ language: 'zh-CN', text: '食品经营许可 3301' }]);
  await owner.call('PATCH', `/api/v1/blocks/${id}`, { version: 1, document: { language: 'zh-CN', contents: [{ language: 'zh-CN', text: '食品经营许可 330106' }, { language: 'en', text: 'Food licence 330106' }] } });
  await block('brand', '品牌页头', [{ language: 'zh-CN', text: '{{ workspace.name }}', email: shown }]);
}

/** A template with variants, channels and languages, published once and written on: what its pages show is there. */
export async function writtenTemplate(owner: Person): Promise<string> {
  await writtenBlocks(owner);
  const document = (text: string) => ({
    language: 'zh-CN', sample: { last: '碧螺春', items: [{ name: '明前龙井 50g', price_minor: 16_800, url: 'https://shop.example/1' }, { name: '雨前龙井 100g', price_minor: 9_900, url: 'https://shop.example/2' }] },
    variants: [
      { key: 'sleeping', name: '沉睡客户', when: { stages: ['at_risk', 'churned'] }, contents: [says('{{ customer.first_name | default: "您好" }}，好久不见，给您留了头采')] },
      { key: 'all', when: {}, contents: [email, sms(text), says('春茶到店，欢迎来试'), says('Spring tea has arrived', 'en')] },
    ],
  });
  const make = (name: string, purpose: string, text: string) => owner.call<{ id: string }>('POST', '/api/v1/templates', { name, description: '头采到店时发', purpose, document: document(text) });
  await make('订单发货', 'marketing', '【茶店】最好的茶');
  const { body: { id } } = await make('春茶上新', 'marketing', '春茶到店，老客先选，拒收请回复R');
  await owner.call('POST', `/api/v1/templates/${id}/publish`, { revision: 1 });
  await owner.call('PATCH', `/api/v1/templates/${id}`, { revision: 1, document: document('春茶到店，头采有限，老客先选，拒收请回复R') });
  return id;
}
