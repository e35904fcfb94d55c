import type { Plugin } from 'vite';

/** Answers the API with made-up shapes while the real one is away: `vite --mode fixtures` only, never built. */
type Json = Record<string, unknown> | unknown[];

const STAGES = ['prospect', 'new', 'active', 'mature', 'declining', 'at_risk', 'churned', 'won_back'];
const NAMES = ['林晚晴', '周子涵', 'Amelia Brown', '王秀英', '陈思远', '欧阳若彤', '李伟', 'Oliver Smith', '赵敏', '黄家豪', '吴语桐', '刘洋', '张美玲', '孙浩然', '何静怡', 'Christopher Montgomery-Fairweather'];
const day = (back: number): string => new Date(Date.UTC(2026, 10, 21) - back * 86_400_000).toISOString().slice(0, 10);

const session: Json = {
  user: { id: 'u1', name: '顾长青', email: 'owner@example.com', language: 'zh-CN' }, role: 'owner',
  permissions: ['customers.read', 'customers.write', 'customers.export', 'imports.read', 'imports.write', 'lifecycle.read', 'lifecycle.write', 'insight.read', 'insight.write', 'settings.read', 'settings.write', 'members.read', 'members.write', 'keys.read', 'keys.write', 'audit.read'],
  shops: [], workspace: { id: 'w1', name: '山房茶业', currency: 'CNY', timezone: 'Asia/Shanghai', language: 'zh-CN', simulated: true }, workspaces: [{ id: 'w1', name: '山房茶业' }, { id: 'w2', name: 'London shop' }],
};
const data: Json = {
  until: day(0), sources: [{ source: 'tmall', name: '天猫订单', day: day(0), stale: false }, { source: 'pos', name: '门店收银', day: day(9), stale: true }],
  shops: [{ key: 'tmall:1', name: '天猫旗舰店' }, { key: 'youzan:1', name: '有赞小程序' }, { key: 'pos:1', name: '杭州门店' }],
};

const rhythmOf = (n: number) => {
  const gap = 18 + ((n * 37) % 70);
  const last = (n * 29) % 160;
  return {
    asOf: day(0),
    purchases: Array.from({ length: 1 + ((n * 7) % 16) }, (_, i) => ({ day: day(last + i * gap + ((i * n * 13) % 9)), amount: 4000 + ((n * i * 7919) % 30000) })),
    expected: { from: day(last - gap + 8), to: day(last - gap - 14) },
    promotions: [{ from: '2025-06-01', to: '2025-06-20', name: '618' }, { from: '2025-10-24', to: '2025-11-12', name: '双11' }, { from: '2026-06-01', to: '2026-06-20', name: '618' }, { from: '2026-10-24', to: '2026-11-12', name: '双11' }],
  };
};

const customer = (n: number) => ({
  id: `c${n}`, name: NAMES[n % NAMES.length], stage: STAGES[1 + ((n * 5) % 7)], branch: 'repeat', cycle: 1, firstOn: day(400), gapDays: 23, b2b: false, stageSince: day((n * 11) % 90), lastOn: day((n * 29) % 160),
  orderCount: 1 + ((n * 7) % 16), netMinor: 12_000 + n * 98_765, reach: [['wecom', 'sms'], ['sms', 'email'], ['platform_only'], []][n % 4], rfm: ['key_value', 'key_keep', 'gen_develop'][n % 3],
  tags: n % 3 ? ['绿茶', '送礼'] : [], hint: '138****0000',
});

const COUNTS = [212, 486, 1804, 962, 733, 641, 1017, 145];
const overview: Json = {
  asOf: day(0), comparedTo: day(30), total: 6000, rulesVersion: 3, noChurn: null, verdict: { code: 'calibrated', params: { called: 1240, days: 3, percent: 11, horizonDays: 90 } },
  stages: STAGES.map((stage, n) => ({
    stage, customers: COUNTS[n], before: (COUNTS[n] ?? 0) + [12, -40, 60, 0, -88, -101, 20, 9][n]!, reach: { wecom: 120 + n * 9, sms: 80, email: 40, platform_only: 200 }, netMinor: 1_234_567_00 * (n + 1),
    states: stage === 'declining' ? [{ state: 'repeat.declining', customers: 401 }, { state: 'one_time.awaiting', customers: 332 }] : [{ state: 'repeat.active', customers: 5 }],
    needs: '知道怎么冲泡、何时喝', goal: '第二次购买', kpi: '首购 60 日复购率', ownerTeam: '会员运营', plays: n % 3 === 0 ? [{ id: 'p', name: '新客七日陪伴', status: 'active' }] : [], needsPlay: n % 3 !== 0,
  })),
};
const flow: Json = {
  from: day(30), to: day(0), start: {}, end: {}, joined: {},
  cells: STAGES.flatMap((from, a) => STAGES.map((to, b) => ({ from, to, customers: a === b ? COUNTS[a]! - 90 : Math.abs(a - b) === 1 ? 60 - a * 5 : (a * b) % 7 }))).concat([{ from: 'none', to: 'new', customers: 190 }]),
};

const part = (value: number) => ({ part: '', value, top: 10, bottom: 20, interval: null, people: { counted: { count: 10, reach: {}, token: 'x' } } });
const figure = (id: string, name: string, unit: string, value: number, before: number) => ({
  metric: { id, version: 1, unit, better: 'more', params: {}, name, sentence: `${name}的定义。`, formula: '买家 ÷ 客户', owner: '', madeOn: null }, period: { from: day(30), to: day(0) }, parts: [part(value)], previous: { period: { from: day(60), to: day(31) }, parts: [part(before)] },
});
const home: Json = {
  asOf: day(0), period: {}, previous: {}, sales: { orders: 2133, amount: 48_123_400, refunded: 1_823_300, net: 46_300_100, nobodyNet: 3_123_000 }, salesBefore: { orders: 2033, amount: 47_123_400, refunded: 1_923_300, net: 45_200_100, nobodyNet: 3_023_000 },
  figures: [figure('buyers', '购买人数', 'people', 1804, 1750), figure('new_first', '新客', 'people', 486, 526), figure('aov', '客单价', 'money', 25_670, 25_700), figure('repurchase_period', '期内复购率', 'rate', 0.264, 0.251)],
  goals: [{ id: 'g', name: '一月新客半年复购 30%', metric: figure('r', '', 'rate', 0, 0).metric, current: part(0.264), target: 0.3, gapPeople: 18, forecast: { value: 0.28 }, closedAt: null }],
};

const answers: readonly [RegExp, (url: URL) => Json][] = [
  [/^\/session$/, () => session],
  [/^\/data$/, () => data],
  [/^\/insight\/home$/, () => home],
  [/^\/lifecycle\/overview$/, () => overview],
  [/^\/lifecycle\/flow$/, () => flow],
  [/^\/lifecycle\/periods$/, () => ({ unit: 'month', periods: Array.from({ length: 12 }, (_, n) => ({ from: `2025-${String(n + 1).padStart(2, '0')}-01`, active: 900 + n * 20, fresh: 200 + ((n * 37) % 90), retained: 500 + n * 9, returning: 140 + ((n * 53) % 60), lost: 300 + ((n * 71) % 120) })) })],
  [/^\/lifecycle\/explain$/, () => ({ customers: Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`c${n}`, {
    state: n % 4 === 0 ? 'one_time.awaiting' : 'repeat.active', reason: { code: 'why.repeat', params: { gapDays: 23, silentDays: (n * 29) % 160, returnPercent: 8, horizonDays: 90 } }, rhythm: rhythmOf(n),
  }])) })],
  [/^\/segments\/words$/, () => ({
    fields: [{ key: 'name', type: 'text', label: { en: 'name', 'zh-CN': '姓名', 'zh-TW': '姓名' } }, { key: 'city', type: 'text', label: { en: 'city', 'zh-CN': '城市', 'zh-TW': '城市' } }, { key: 'net_minor', type: 'money', label: { en: 'net revenue', 'zh-CN': '累计净额', 'zh-TW': '累計淨額' } }],
    events: [{ event: 'order.paid', label: { en: 'paid an order', 'zh-CN': '付款', 'zh-TW': '付款' } }], tags: ['绿茶', '送礼'],
  })],
  [/^\/customers\/c\d+\/timeline$/, () => ({
    rows: Array.from({ length: 24 }, (_, n) => ({ id: `t${n}`, at: `${day(n * 17)}T08:00:00.000Z`, kind: n % 5 === 2 ? 'stage' : 'order', code: n % 5 === 2 ? 'timeline.stage.changed' : 'timeline.order.paid', params: n % 5 === 2 ? { from: 'active', to: 'at_risk' } : { orderNo: `T20261121${n}`, amountMinor: 12_800 + n * 731 } })), next: null,
  })],
  [/^\/customers\/c\d+$/, (url) => {
    const value = (key: string, type: string, value: unknown, stale = false) => ({ key, type, label: null, value, source: 'lifecycle', at: `${day(1)}T00:00:00.000Z`, stale });
    return {
      ...customer(Number(url.pathname.split('/c')[2] ?? 4)),
      identifiers: [{ kind: 'phone', scope: '', value: '138****0000' }, { kind: 'email', scope: '', value: 'z***@example.com' }, { kind: 'buyer_id', scope: 'tmall:1', value: '晚晴的茶' }],
      consents: { sms: 'given', email: 'withdrawn' },
      portrait: [{ block: 'basic', values: [value('city', 'text', '杭州'), value('birthday', 'day', '1990-08-15')] }, { block: 'scene', values: [] }, { block: 'habit', values: [value('net_minor', 'money', 1234500), value('gap_days', 'number', 23.4), value('preferred_category', 'text', '绿茶', true)] }, { block: 'pain', values: [] }, { block: 'need', values: [value('interests', 'multi', ['绿茶', '茶具'])] }],
    };
  }],
  [/^\/customers$/, (url) => {
    const search = url.searchParams.get('search') ?? '';
    const rows = Array.from({ length: 50 }, (_, n) => customer(n + 1)).filter(({ name }) => name?.includes(search));
    return { rows: rows.slice(0, Number(url.searchParams.get('limit') ?? 50)), next: 'x', total: { count: 6000, over: false } };
  }],
];

export const fixtures = (): Plugin => ({
  name: 'fixtures',
  configureServer(server) {
    server.middlewares.use('/api/v1', (request, response) => {
      const url = new URL(request.originalUrl ?? '/', 'http://localhost');
      const path = url.pathname.replace('/api/v1', '');
      const found = answers.find(([shape]) => shape.test(path));
      response.setHeader('content-type', found ? 'application/json' : 'application/problem+json');
      if (path === '/session' && (request.method !== 'GET' || request.headers.referer?.includes('sign-in'))) response.statusCode = request.method === 'POST' ? 401 : 200;
      if (!found) response.statusCode = 404;
      response.end(JSON.stringify(response.statusCode === 401 ? { code: 'session.refused', facts: {} } : found ? found[1](url) : { code: 'http.404', facts: {} }));
    });
  },
});
