import { expect, test } from 'vitest';
import { Refusal } from '../../kernel/errors.ts';
import { seeded } from '../../kernel/random.ts';
import type { Entry } from '../core/templates/document.ts';
import { plainData } from '../core/templates/plainValue.ts';
import { bookOf, compileEntry } from './compile.ts';
import type { Manner } from './filters.ts';
import { type Mode, MODES, readLiquid, renderLiquid } from './liquid.ts';
import { ready, renderEntry } from './render.ts';

const MANNER: Manner = { language: 'zh-CN', zone: 'Asia/Shanghai', currency: 'CNY', now: new Date('2026-01-15T18:30:00Z') };
const SCOPE = plainData({
  customer: { name: '林小雨', city: '杭州' }, event: { amount_minor: 123_450, at: '2026-01-15T18:30:00Z', day: '2026-03-01', rate: 12.345, zero: 0, no: false, empty: '', spaces: '  ', list: ['a', 'b'], items: [{ name: '龙井' }], none: [] }, workspace: { name: '茶店' },
}) as Record<string, unknown>;
const render = (source: string, mode: Mode = 'plain', scope = SCOPE): string => renderLiquid(readLiquid(source, mode), scope, MANNER);
const refusal = (work: () => unknown): string => {
  try {
    return `said ${JSON.stringify(work())?.slice(0, 200)}`;
  } catch (error) {
    if (error instanceof Refusal) return `${error.code}${error.facts.variable === undefined ? '' : ` ${String(error.facts.variable)}`}`;
    throw error;
  }
};

test.each<[string, string]>([
  ['{{ customer.name }}，{{ customer.city }}', '林小雨，杭州'],
  ['{{ customer.nick | default: "朋友" }}', '朋友'], ['{{ event.empty | default: customer.name }}', '林小雨'], ['{{ customer.nick.deeper | default: "朋友" }}', '朋友'],
  ['{{ event.amount_minor | money }}', '¥1,234.50'], ['{{ event.amount_minor | money: "USD" }}', '$1,234.50'], ['{{ event.amount_minor | money: "JPY" }}', '¥123,450'],
  ['{{ event.rate | number: 1 }}', '12.3'], ['{{ event.zero | number }}', '0'], ['{{ event.zero }}{{ event.no }}', '0false'],
  ['{{ event.at | date: "moment" }}', '2026年1月16日 02:30'], ['{{ event.at | date: "%Y-%m-%d %H:%M" }}', '2026-01-16 02:30'], ['{{ event.day | date }}', '2026年3月1日'], ['{{ event.day | date: "%-m/%-d" }}', '3/1'], ['{{ "now" | date: "short" }}', '2026/01/16'],
  ['{% for one in event.list %}{{ one }}-{% endfor %}', 'a-b-'], ['{{ event.list | join: "、" }}', 'a、b'], ['{% if customer.nick %}x{% else %}y{% endif %}', 'y'],
  ['{{ event.items | map: "name" | first }}', '龙井'], ['{% assign x = 3 | times: 2 %}{{ x }}', '6'],
])('R72: %s says %s', (source, expected) => expect(render(source)).toBe(expected));

test.each<[string, string]>([
  ['{{ customer.nick }}', 'customer.nick'], ['{{ event.empty }}', 'event.empty'], ['{{ event.spaces }}', 'event.spaces'], ['{{ event.none }}', 'event.none'], ['{{ event.items }}', 'event.items'], ['{{ customer }}', 'customer'],
  ['{{ event.at | money }}', 'event.at'], ['{{ customer.name | date }}', 'customer.name'], ['{{ customer.nick | default: "" }}', 'customer.nick'], ['{{ customer.nick | upcase }}', 'customer.nick'], ['{{ nobody }}', 'nobody'],
])('R72: %s is refused, never said blank', (source, variable) => {
  for (const mode of MODES) expect(refusal(() => render(source, mode))).toBe(`template.variable_missing ${variable}`);
});

test('template injection: no prototype, no file, no environment, no filter or tag that was not allowed', () => {
  process.env.TEMPLATE_CANARY = 'canary-4711';
  const told = [
    '{{ customer.constructor }}', '{{ customer.__proto__ }}', '{{ customer["constructor"]["constructor"] }}', '{{ "".constructor.constructor }}', '{{ constructor }}', '{{ __proto__ }}', '{{ event.list.constructor }}', '{{ customer.toString }}',
    '{{ process.env.TEMPLATE_CANARY }}', '{{ globalThis.process.env }}', '{{ this }}', '{{ self }}', '{{ globals }}', '{{ manner }}', '{{ event.list.map }}', '{{ customer.hasOwnProperty }}', '{{ forloop }}',
    '{% include "/etc/passwd" %}', '{% include "package.json" %}', '{% render "../../../package.json" %}', '{% layout "package.json" %}', '{% block x %}{% endblock %}', '{% liquid\necho "x"\n%}', '{% raw %}{{ x }}{% endraw %}', '{% tablerow x in event.list %}{% endtablerow %}', '{% cycle "a" %}', '{% echo customer.name %}',
    '{{ customer.name | raw }}', '{{ customer.name | json }}', '{{ customer | inspect }}', '{{ customer.name | constructor }}', '{{ customer.name | toString }}', '{{ customer.name | __proto__ }}', '{{ customer.name | base64_encode }}', '{{ customer.name | sha256 }}', '{{ event.list | where_exp: "x", "x.constructor" }}', '{{ event.list | map: "constructor" }}', '{{ event.list | map: "__proto__" | first }}', '{{ event.items | where: "__proto__" | first }}',
    '{% assign __proto__ = "x" %}{{ nobody }}', '{% capture constructor %}x{% endcapture %}{{ customer.constructor }}',
  ].flatMap((source) => MODES.map((mode) => `${source} → ${refusal(() => render(source, mode))}`));
  delete process.env.TEMPLATE_CANARY;
  expect(told.filter((one) => !/→ template\.(?:syntax|variable_missing|render_failed)/.test(one))).toEqual([]);
  expect(told.join('\n')).not.toMatch(/canary-4711|root:x:|"dependencies"|native code/);
  expect(({} as Record<string, unknown>).x).toBeUndefined();
});

test('huge loops, texts and memory end soon, with a code', () => {
  const heavy = [
    '{% for i in (1..100000000) %}x{% endfor %}', '{% for a in (1..2000) %}{% for b in (1..2000) %}{% for c in (1..2000) %}{% endfor %}{% endfor %}{% endfor %}',
    '{% assign s = "x" %}{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}{{ s }}', '{% assign s = "aaaaaaaaaa" %}{% for i in (1..30) %}{% assign s = s | replace: "a", "aaaaaaaaaa" %}{% endfor %}{{ s }}',
    '{% assign l = "a,a,a,a,a,a,a,a" | split: "," %}{% for i in (1..40) %}{% capture s %}{{ l | join: "," }},{{ l | join: "," }}{% endcapture %}{% assign l = s | split: "," %}{% endfor %}{{ l.size }}',
    `{% for a in (1..9000) %}${'lorem ipsum '.repeat(60)}{% endfor %}`,
  ];
  for (const source of heavy) {
    const from = performance.now();
    expect(refusal(() => render(source))).toMatch(/^template\.(?:too_heavy|render_failed)/);
    expect(performance.now() - from).toBeLessThan(6_000);
  }
  expect(refusal(() => readLiquid('x'.repeat(400_000), 'plain'))).toBe('template.syntax');
  expect(refusal(() => render(`${'{% if customer.name %}'.repeat(20_000)}`))).toMatch(/^template\.(?:syntax|too_heavy)/);
}, 20_000);

test('what is said is harmless where it stands: markup, lines of a subject, brackets of a signature, control characters', () => {
  const scope = plainData({ customer: { name: '<img src=x onerror=alert(1)>"\'&', line: 'a\r\nBcc: x@y.example', sign: '【假冒】茶', bell: 'a\u0007\u0000b' } }) as Record<string, unknown>;
  expect(render('{{ customer.name }}', 'html', scope)).toBe('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
  expect(render('{{ customer.line }}', 'line', scope)).toBe('a Bcc: x@y.example');
  expect(render('{{ customer.sign }}', 'sms', scope)).toBe('假冒茶');
  expect(render('{{ customer.bell }}', 'plain', scope)).toBe('ab');
});

test('plain data is copied without prototypes, functions, instances or what objects inherit', () => {
  const data = plainData(JSON.parse('{"a":1,"__proto__":{"x":1},"constructor":2,"length":3,"values":[1,{"b":null,"c":"y"}]}')) as Record<string, unknown>;
  expect(Object.getPrototypeOf(data)).toBeNull();
  expect(JSON.stringify(data)).toBe('{"a":1,"length":3,"values":[1,{"c":"y"}]}');
  expect(plainData({ f: () => 1, d: new Date(0), n: Number.NaN, deep: { a: { b: { c: { d: { e: { f: { g: { h: 1 } } } } } } } } })).toEqual({ d: {}, deep: { a: { b: { c: { d: { e: { f: {} } } } } } } });
  expect((plainData(Array.from({ length: 500 }, () => 1)) as unknown[]).length).toBe(200);
});

const email = (mjml: string): Entry => ({ language: 'zh-CN', content: { channel: 'email', subject: 's', preheader: '', text: '', body: { kind: 'mjml', mjml } } });
const inText = (inner: string): string => `<mjml><mj-body><mj-section><mj-column><mj-text>${inner}</mj-text></mj-column></mj-section></mj-body></mjml>`;
const compiling = async (mjml: string): Promise<string> => compileEntry('v', email(mjml), bookOf([])).then(() => 'compiled', (error: unknown) => (error instanceof Refusal ? error.code : Promise.reject(error)));

test('MJML includes nothing and passes no script, handler, frame or place that escaping does not hold', async () => {
  const cases: [string, string][] = [
    ['<mjml><mj-body><mj-include path="./package.json" type="html" /></mj-body></mjml>', 'template.include_refused'], ['<mjml><mj-head><mj-include path="/etc/passwd" type="css"/></mj-head><mj-body></mj-body></mjml>', 'template.include_refused'],
    ['<mjml><mj-body>< mj-include path="x"/></mj-body></mjml>', 'template.include_refused'], [inText('<script>alert(1)</script>'), 'template.html_unsafe'], [inText('<img src="x" onerror="alert(1)">'), 'template.html_unsafe'],
    [inText('<a href="javascript:alert(1)">x</a>'), 'template.html_unsafe'], [inText('<a href=" java\tscript:alert(1)">x</a>'), 'template.html_unsafe'], [inText('<iframe src="https://x.example"></iframe>'), 'template.html_unsafe'], [inText('<svg/onload=alert(1)>'), 'template.html_unsafe'],
    [inText('<form action="https://x.example"><input></form>'), 'template.html_unsafe'], [inText('<meta http-equiv="refresh" content="0;url=https://x.example">'), 'template.html_unsafe'], [inText('<base href="https://x.example">'), 'template.html_unsafe'],
    [inText('<a href={{ customer.name }}>x</a>'), 'template.output_place'], [inText('<p style="color:{{ customer.name }}">x</p>'), 'template.output_place'], [inText('<{{ customer.name }}>'), 'template.output_place'], [inText('<p {{ customer.name }}="1">x</p>'), 'template.output_place'],
    [inText('<a href="java{{ customer.name }}">x</a>'), 'template.output_place'], [inText('<a href="https:{{ customer.name }}">x</a>'), 'template.output_place'], [inText('<style>p{color:{{ customer.name }}}</style>'), 'template.output_place'],
    ['<mjml><mj-body>{% for x in event.list %}<mj-section></mj-section>{% endfor %}</mj-body></mjml>', 'template.liquid_lost'], [inText('{{ customer.name'), 'template.syntax'], [inText('{% if x %}'), 'template.syntax'], ['<mjml><mj-nothing/></mjml>', 'template.mjml'], ['not mjml', 'template.mjml'],
    [inText('<p title="{{ customer.name }}">{{ customer.city }} <a href="https://x.example/{{ customer.city | url_encode }}">x</a> <a href="{{ event.url }}">y</a></p>'), 'compiled'],
  ];
  for (const [mjml, expected] of cases) expect(await compiling(mjml), mjml).toBe(expected);
});

test('an address that is a value leads to the web or nowhere', async () => {
  const content = ready(await compileEntry('v', email(inText('<a href="{{ event.url }}">{{ event.url | default: "x" }}</a>')), bookOf([])));
  const at = (url: string): string => refusal(() => renderEntry(content, plainData({ event: { url } }) as Record<string, unknown>, MANNER));
  for (const url of ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', ' data:text/html,<script>1</script>', 'vbscript:x', 'https://x.example/"onmouseover="alert(1)', '//x.example', 'java\nscript:alert(1)', 'file:///etc/passwd']) expect(at(url), url).toBe('template.link_refused event.url');
  const { html } = renderEntry(content, plainData({ event: { url: 'https://x.example/?a=1&b=2' } }) as Record<string, unknown>, MANNER) as { html: string };
  expect(html).toContain('<a href="https://x.example/?a=1&amp;b=2">');
});

test('property: whatever a template and its data hold, rendering says a text or refuses with a code', () => {
  const draw = seeded(72);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(draw() * all.length)] as T;
  const pieces = ['{{ customer.name }}', '{{ event.x }}', '{{ event.x | default: "y" }}', '{% if event.x > 1 %}', '{% endif %}', '{% for a in event.x %}', '{{ a }}', '{{ a.b }}', '{% endfor %}', '{% assign a = event.x | split: "," %}', '{{ event.x | money }}', '{{ event.x | date: "moment" }}', '{{ event.x | date: "%Y%" }}', '{{ event.x | number: 99 }}', '{{ event.x | slice: -1, 5 }}', '{{ event.x | truncate: -1 }}', '{{ event.x | divided_by: 0 }}', '{{ event.x | sort | first }}', '{{ event.x.size }}', '{{ event.x | where: "b", 1 | size }}', '{{ event.x[event.x] }}', '{{', '}}', '{%', '%}', '<b>', '茶', "'", '"', '|', '{{ event.x | replace: "", "ab" }}', '{{ event.x | modulo: 0 }}', '{% case event.x %}{% when 1 %}x{% endcase %}', '{{ event.x | url_encode }}', '{{ event.x | join }}', '{{ event.x | uniq | reverse | compact | last }}'];
  const values: unknown[] = [undefined, null, 0, -1, 1e308, 1e-308, '', ' ', 'x', '2026-01-15', '2026-02-31', '9999-99-99', '\ud800', '<script>', [], [1, [2]], [{ b: 1 }, { b: '2' }], {}, { b: { c: 1 } }, true, false, '1'.repeat(5_000), ['a', null, { b: null }]];
  for (let i = 0; i < 3_000; i++) {
    const source = Array.from({ length: 1 + Math.floor(draw() * 8) }, () => pick(pieces)).join('');
    const scope = plainData({ customer: { name: pick(values) }, event: { x: pick(values) } }) as Record<string, unknown>;
    const told = refusal(() => renderLiquid(readLiquid(source, pick(MODES)), scope, MANNER));
    if (!/^(?:said|template\.(?:syntax|variable_missing|link_refused|too_heavy|render_failed))/.test(told)) throw new Error(`${source} ${told}`);
    if (/NaN|Infinity|\[object/.test(told) && !/NaN|Infinity/.test(source)) throw new Error(`${source} ${JSON.stringify(scope)} ${told}`);
  }
}, 20_000);
