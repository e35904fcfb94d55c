import type { Day } from '../../kernel/day.ts';
import { own } from '../../kernel/own.ts';
import type { Mapping } from './mapping.ts';
import { readNumber } from './numbers.ts';
import type { Shared } from './orderRows.ts';
import type { Context, Readers } from './readers.ts';
import { COST_KINDS, type CostRow, type CustomerRow, EVENT_KINDS, type EventRow } from './records.ts';
import { isMasked, remembered } from './text.ts';
import { makeTimeReader } from './times.ts';

type Row = readonly string[];

/** A row of a customer file. One without a single identifier describes nobody and is refused. */
export function makeCustomerReader(read: Readers, mapping: Mapping, context: Context, shared: Shared): (row: Row) => CustomerRow {
  const name = read.text('customer.name');
  const since = read.time('customer.since');
  const tags = read.text('customer.tags');
  const typed = makeTyped(read, mapping);
  return (row) => {
    const found = shared.found(row);
    if (!found.identifiers.some(({ kind }) => kind !== 'receiver') && read.state.faults.length === 0) read.fault('customer.unidentified', -1);
    const at = since(row);
    const fields = typed(row);
    Object.assign(fields.texts, found.shown);
    return {
      source: context.source, shop: shared.shopOf(row), identifiers: found.identifiers, name: name(row), day: at === null ? '' : shared.dayOf(at), ...fields,
      tags: [...new Set(tags(row).split(/[,，;；|、]/).map((tag) => tag.trim()).filter((tag) => tag !== ''))],
    };
  };
}

type Typed = Pick<CustomerRow, 'texts' | 'numbers' | 'days'>;

/** Typed fields under the column's `as`, and kept columns as text under their header. */
function makeTyped(read: Readers, mapping: Mapping): (row: Row) => Typed {
  const dayOf = makeTimeReader('UTC', mapping.dates);
  const properties = read.properties();
  const parts: ((row: Row, typed: Typed) => void)[] = [];
  for (const { header, field, as = header } of mapping.columns) {
    const index = read.header.indexOf(header);
    if (index < 0) continue;
    if (field === 'customer.text') parts.push((row, { texts }) => {
      const text = read.cell(row, index);
      if (text !== '') texts[as] = text;
    });
    if (field === 'customer.number') parts.push((row, { numbers }) => {
      const value = readNumber(read.cell(row, index), mapping.comma);
      if (value !== null && Number.isNaN(value)) read.fault('number.unreadable', index, { value: (row[index] ?? '').slice(0, 60) });
      else if (value !== null) numbers[as] = value;
    });
    if (field === 'customer.day') parts.push((row, typed) => takeDay(read.cell(row, index), as, typed));
  }
  // A calendar day (a birthday) has no zone; one partly hidden or before 1970 is kept as text or parsed by its digits.
  const takeDay = (text: string, key: string, typed: Typed): void => {
    if (text === '') return;
    const early = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})/.exec(text);
    const at = isMasked(text) ? Number.NaN : dayOf(text);
    if (early) typed.days[key] = `${early[1]}-${early[2]?.padStart(2, '0')}-${early[3]?.padStart(2, '0')}` as Day;
    else if (Number.isNaN(at)) typed.texts[key] = text;
    else typed.days[key] = new Date(at).toISOString().slice(0, 10);
  };
  return (row) => {
    const typed: Typed = { texts: { ...properties(row) }, numbers: {}, days: {} };
    for (const part of parts) part(row, typed);
    return typed;
  };
}

/** A row of an event file: who, what, when. Without a person it belongs to nobody and is kept as such. */
export function makeEventReader(read: Readers, context: Context, shared: Shared): (row: Row) => EventRow {
  const name = read.text('event.name');
  const kind = read.text('event.kind');
  const at = read.time('event.at');
  const id = read.text('event.id');
  const amount = read.money('event.amount');
  const channel = read.text('event.channel');
  const url = read.text('event.url');
  const campaign = read.text('event.campaign');
  const properties = read.properties();
  return (row) => {
    const when = at(row);
    const event = name(row);
    const kindWord = kind(row).toLowerCase();
    const known = EVENT_KINDS.find((each) => each === kindWord) ?? 'track';
    if (event === '' && known === 'track') read.fault('event.unnamed', read.at('event.name'));
    if (when === null && !read.state.faults.some(({ code }) => code === 'time.unreadable')) read.fault('time.missing', read.at('event.at'));
    const currency = shared.currencyOf(row);
    const found = shared.found(row);
    return {
      source: context.source, shop: shared.shopOf(row), channel: channel(row), event, kind: known, at: when ?? 0, day: shared.dayOf(when ?? 0), messageId: id(row), fingerprint: row.join('\u001f'),
      identifiers: found.identifiers, amount: amount(row, currency), currency, url: url(row), campaign: campaign(row), properties: { ...properties(row), ...found.shown },
    };
  };
}

const COST_WORDS: Readonly<Record<string, CostRow['kind']>> = {
  获客: 'acquisition', 拉新: 'acquisition', 投放: 'acquisition', 广告: 'acquisition', 推广: 'acquisition', ads: 'acquisition', advertising: 'acquisition', marketing: 'acquisition', 獲客: 'acquisition', 廣告: 'acquisition',
  维系: 'retention', 维护: 'retention', 短信: 'retention', crm: 'retention', 維繫: 'retention', 簡訊: 'retention', sms: 'retention',
  客服: 'service', 服务: 'service', 赔付: 'service', 售后: 'service', 服務: 'service', compensation: 'service', support: 'service',
  物流: 'fulfilment', 快递: 'fulfilment', 仓储: 'fulfilment', 运费: 'fulfilment', 履约: 'fulfilment', 履約: 'fulfilment', shipping: 'fulfilment', fulfillment: 'fulfilment', logistics: 'fulfilment',
  优惠: 'incentive', 优惠券: 'incentive', 券: 'incentive', 积分: 'incentive', 激励: 'incentive', 優惠券: 'incentive', 點數: 'incentive', coupon: 'incentive', reward: 'incentive',
  商品: 'product', 货品: 'product', 商品成本: 'product', 貨品: 'product', goods: 'product', cogs: 'product',
};

/** A row of a cost file. An unknown kind of cost is refused, since it decides which figures it burdens. */
export function makeCostReader(read: Readers, mapping: Mapping, context: Context, shared: Shared): (row: Row, line: number) => CostRow {
  const costNo = read.id('cost.no', 'id.damaged');
  const kind = read.text('cost.kind');
  const at = read.time('cost.at');
  const amount = read.money('cost.amount');
  const channel = read.text('cost.channel');
  const campaign = read.text('cost.campaign');
  const hasKind = read.has('cost.kind');
  const kindOf = remembered((word): CostRow['kind'] | '?' => COST_KINDS.find((each) => each === word.toLowerCase()) ?? own(COST_WORDS, word.toLowerCase().replace(/(?:成本|费用|費用|费)$/, '')) ?? own(COST_WORDS, word.toLowerCase()) ?? '?');
  return (row) => {
    const when = at(row);
    const currency = shared.currencyOf(row);
    const value = amount(row, currency);
    const word = hasKind && kind(row) !== '' ? kindOf(kind(row)) : mapping.costKind;
    if (when === null && read.state.faults.length === 0) read.fault('time.missing', read.at('cost.at'));
    if (value === null && read.state.faults.length === 0) read.fault('amount.missing', read.at('cost.amount'));
    if (word === '?') read.fault('cost_kind.unknown', read.at('cost.kind'), { word: kind(row).slice(0, 60) });
    const day = shared.dayOf(when ?? 0);
    const given = costNo(row);
    return {
      source: context.source, shop: shared.shopOf(row), costNo: given, day, kind: word === '?' ? mapping.costKind : word, channel: channel(row), campaign: campaign(row), orderNo: shared.orderNoOf(row),
      amount: value ?? 0, currency, identifiers: shared.found(row).identifiers,
    };
  };
}
