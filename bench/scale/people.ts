import { flushMirror, resolve, type ResolveItem } from '../../src/customers/index.ts';
import { subjectIdOf } from '../../src/customers/subjects.ts';
import { RowWriter } from '../../src/kernel/clickhouse/rowWriter.ts';
import type { WorkspaceId } from '../../src/kernel/ids.ts';
import type { Stores } from '../../src/kernel/stores.ts';

const PEOPLE_PER_RESOLVE = 5_000;
/** So many of ten were seen before they signed in: their browser's id stands on part of what they did. */
const SEEN_BEFORE_OF_TEN = 6;
const SURNAMES = [...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦'];
const GIVEN = [...'静敏丽艳婷雪娜洁颖琳慧芳雅倩悦伟强磊军洋勇杰涛超明刚鹏浩欣怡梓涵诗雨桐思琪佳子萱梦瑶晓燕秀英玉兰桂海春梅婉清若曦一诺语嫣文美玲安书宇轩然豪俊嘉志建国华庆博天鸣远东泽家辉永承知行立新少景'];

const USER = (n: number): string => `u${n}`;
const BROWSER = (n: number): string => `b${n}-${(n * 2654435761) % 4294967296}`;
export const phoneOf = (n: number): string => `13${String(800_000_000 + n)}`;
export const emailOf = (n: number): string => `reader${n}@shop.example`;
export const nameOf = (n: number): string => `${SURNAMES[n % SURNAMES.length]}${GIVEN[(n * 31) % GIVEN.length]}${n % 3 === 0 ? '' : GIVEN[(n * 17 + 5) % GIVEN.length]}`;

export const wasSeenBefore = (n: number): boolean => n % 10 < SEEN_BEFORE_OF_TEN;

/** What the door says of one customer: who they are, and that the browser seen before was theirs. */
function sayingsOf(n: number, at: Date): ResolveItem[] {
  const browser = { kind: 'anonymous_id' as const, value: BROWSER(n) };
  const own: ResolveItem = {
    identifiers: [{ kind: 'user_id', value: USER(n) }, { kind: 'phone', value: phoneOf(n) }, ...(n % 10 === 9 ? [] : [{ kind: 'email' as const, value: emailOf(n) }]), ...(wasSeenBefore(n) ? [browser] : [])],
    at, source: 'shop', name: nameOf(n), ...(n % 2 === 0 ? { consents: [{ channel: 'sms' as const, state: 'given' as const }] } : {}),
  };
  return wasSeenBefore(n) ? [{ identifiers: [browser], at, source: 'shop' }, own] : [own];
}

/**
 * Customers 0 … count − 1 through the product's own resolver: sealed, indexed, mirrored. ClickHouse gets a table `bench_people` of number and subjects,
 * so that it can make what they did by itself; a customer's browser is the account itself where none was seen before.
 */
export async function writePeople(stores: Stores, workspaceId: WorkspaceId, count: number, tell: (done: number) => void): Promise<void> {
  const keys = await stores.keys.of(workspaceId), at = stores.clock.now();
  await stores.ch.command('create or replace table bench_people (n UInt32, account UUID, browser UUID) engine = MergeTree order by n');
  for (let from = 0; from < count; from += PEOPLE_PER_RESOLVE) {
    const numbers = Array.from({ length: Math.min(PEOPLE_PER_RESOLVE, count - from) }, (_, i) => from + i), rows = new RowWriter();
    await resolve(stores, workspaceId, numbers.flatMap((n) => sayingsOf(n, at)), { mirror: 'later' });
    for (const n of numbers) {
      const account = subjectIdOf(keys, { kind: 'user_id', scope: '', value: USER(n) });
      rows.u32(n); rows.uuid(account); rows.uuid(wasSeenBefore(n) ? subjectIdOf(keys, { kind: 'anonymous_id', scope: '', value: BROWSER(n) }) : account);
    }
    await stores.ch.insertRows('bench_people', { n: 'UInt32', account: 'UUID', browser: 'UUID' }, rows.row());
    tell(from + numbers.length);
    if (from % 200_000 === 0) await flushMirror(stores, workspaceId);
  }
  await flushMirror(stores, workspaceId);
}
