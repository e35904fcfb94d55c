const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', mdash: '—', ndash: '–', hellip: '…', copy: '©', reg: '®', trade: '™', yen: '¥', euro: '€', pound: '£', middot: '·' };
const CODE_MAX = 0x10ffff;

const decoded = (text: string): string => text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
  if (name !== undefined) return Object.hasOwn(NAMED, name.toLowerCase()) ? NAMED[name.toLowerCase()] as string : whole;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code > 0 && code <= CODE_MAX && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : '';
});

const BLOCKS = /<\/?(?:p|div|tr|table|h[1-6]|ul|ol|section|article|header|footer|blockquote|hr)\b[^>]*>/gi;

/** `label (address)`; a link whose label is its address is said once. */
const linked = (_: string, double: string | undefined, single: string | undefined, label: string): string => {
  const href = double ?? single ?? '', words = label.replace(/<[^>]*>/g, '').trim();
  return words === '' || words === href || href.startsWith('#') ? words || href : `${words} ( ${href} )`;
};

/** HTML as plain text, for readers without HTML and for filters that compare the two: lines where blocks end, links with their addresses, pictures by their words. */
export function textOfHtml(html: string): string {
  const body = /<body\b[^>]*>([\s\S]*?)<\/body>/i.exec(html)?.[1] ?? html;
  const text = body
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<(style|script|title)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<div[^>]*style="display:none[^>]*>[^<]*<\/div>/gi, '')
    .replace(/\s+/g, ' ')
    .replace(/<a\b[^>]*?href=(?:"([^"]*)"|'([^']*)')[^>]*>([\s\S]*?)<\/a>/gi, linked)
    .replace(/<img\b[^>]*?alt="([^"]+)"[^>]*>/gi, '[$1]')
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<li\b[^>]*>/gi, '\n- ')
    .replace(BLOCKS, '\n')
    .replace(/<[^>]*>/g, '');
  return decoded(text).split('\n').map((line) => line.replace(/[ \t\u00a0]+/g, ' ').trim()).join('\n').replace(/\n{3,}/g, '\n\n').trim();
}
