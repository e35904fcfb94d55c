const ENTITIES: Readonly<Record<string, string>> = { amp: '&', quot: '"', apos: "'", lt: '<', gt: '>' };

/** The text an attribute's value stands for. */
const plain = (value: string): string => value.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|quot|apos|lt|gt));/gi, (whole: string, hex?: string, decimal?: string, name?: string) => {
  const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
  return name ? (ENTITIES[name.toLowerCase()] ?? whole) : code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
});
const quoted = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll("'", '&#39;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const LINK = /(<a\b[^>]*?\shref\s*=\s*)(?:"([^"]*)"|'([^']*)')/gi;

/**
 * Finished HTML whose links to web addresses lead where `via` says; null leaves one as it is (the one to unsubscribe). Links within the page, to mail or
 * telephone, and addresses that cannot be read stay. `pixel`: a picture of one point at the end, which tells that the message was opened.
 */
export function tracked(html: string, { via, pixel }: { via: (url: string) => string | null; pixel: string | null }): string {
  const linked = html.replaceAll(LINK, (whole: string, before: string, double?: string, single?: string) => {
    const url = plain(double ?? single ?? '').trim();
    const to = /^https?:\/\//i.test(url) && URL.canParse(url) ? via(url) : null;
    return to === null ? whole : `${before}"${quoted(to)}"`;
  });
  if (pixel === null) return linked;
  const picture = `<img src="${quoted(pixel)}" width="1" height="1" alt="" style="display:block;border:0">`;
  const end = linked.search(/<\/body\s*>(?![\s\S]*<\/body\s*>)/i);
  return end === -1 ? linked + picture : linked.slice(0, end) + picture + linked.slice(end);
}
