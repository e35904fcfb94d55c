import { expect, test } from 'vitest';
import { dayIn, dayReader } from './day.ts';
import { seeded } from './random.ts';

const ZONES = ['UTC', 'Asia/Shanghai', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns', 'Pacific/Apia', 'Pacific/Chatham', 'Africa/Monrovia', 'Europe/Dublin'];

test.each(ZONES)('the day of an instant in %s is the same whether one is asked for or many', (zone) => {
  const random = seeded(7), dayOf = dayReader(zone);
  const anywhere = Array.from({ length: 4_000 }, () => Math.floor(Date.UTC(1895, 0, 1) + random() * (Date.UTC(2090, 0, 1) - Date.UTC(1895, 0, 1))));
  // Around the quarters of an hour, where days begin.
  const begins = anywhere.flatMap((ms) => { const quarter = ms - (ms % 900_000); return [quarter - 1, quarter, quarter + 1]; });
  for (const ms of [...anywhere, ...begins]) expect([ms, dayOf(ms)]).toEqual([ms, dayIn(zone, new Date(ms))]);
});
