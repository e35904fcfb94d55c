export const LINE_KINDS = ['goods', 'shipping', 'sample', 'gift', 'adjustment', 'internal'] as const;
export type LineKind = (typeof LINE_KINDS)[number];

/** One line of the editable list: lines whose name holds `text`, whose SKU is `text`, or whose amount is zero, are no goods but `kind`. */
export type NonGoods = { kind: LineKind; by: 'name' | 'sku' | 'zero'; text: string };

const byName = (kind: LineKind, ...texts: string[]): NonGoods[] => texts.map((text) => ({ kind, by: 'name', text }));

/** The list every new mapping begins with. */
export const NON_GOODS: readonly NonGoods[] = [
  ...byName('shipping', '邮费', '运费', '补邮', '快递费', '配送费'),
  ...byName('adjustment', '补差价', '差价', '补款', '补拍', '定制补', '尾差'),
  ...byName('sample', '小样', '样品', '试用装', '体验装', '派样'),
  ...byName('gift', '赠品', '【赠】', '[赠]', '(赠)', '（赠）', '满赠', '买赠'),
  ...byName('internal', '内部单', '测试商品', '刷单', '员工内购'),
  { kind: 'gift', by: 'zero', text: '' },
];

/** What a line is, by the list: SKU rules first, then the first name rule that fits, then zero. Decisions per product are remembered. */
export function makeLineKind(rules: readonly NonGoods[]): (sku: string, name: string, amount: number) => LineKind {
  // A rule that was begun and names nothing yet fits nothing.
  const list = rules.filter(({ by, text }) => by === 'zero' || text.trim() !== '');
  const bySku = new Map(list.filter((rule) => rule.by === 'sku').map((rule) => [rule.text.toLowerCase(), rule.kind]));
  const names = list.filter((rule) => rule.by === 'name').map((rule) => ({ ...rule, text: rule.text.toLowerCase() }));
  const zero = list.find((rule) => rule.by === 'zero')?.kind ?? 'goods';
  const known = new Map<string, LineKind>();
  const decide = (sku: string, name: string): LineKind => bySku.get(sku.toLowerCase()) ?? names.find((rule) => name.toLowerCase().includes(rule.text))?.kind ?? 'goods';
  return (sku, name, amount) => {
    const key = sku === '' ? name : sku;
    let kind = known.get(key);
    if (kind === undefined) {
      if (known.size > 50_000) known.clear();
      known.set(key, (kind = decide(sku, name)));
    }
    return kind === 'goods' && amount === 0 ? zero : kind;
  };
}
