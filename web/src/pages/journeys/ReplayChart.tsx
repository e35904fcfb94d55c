import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useTheme } from '../../lib/theme.tsx';
import { Chart } from '../../ui/chart/Chart.tsx';
import { palettes, seriesColours } from '../../ui/tokens.ts';
import { useChannelWord } from '../reach/useReason.ts';
import type { Replay } from './journeyQueries.ts';

/** Who comes in and what is said, day by day. */
export function ReplayChart({ replay: { daily } }: { replay: Replay }) {
  const t = useT();
  const { theme } = useTheme();
  const { shortDay, count } = useFormats();
  const channelWord = useChannelWord();
  const channels = [...new Set(daily.flatMap(({ messages }) => Object.keys(messages)))];
  const totalOf = ({ messages }: Replay['daily'][number]): number => Object.values(messages).reduce((sum, one) => sum + one, 0);
  const most = daily.reduce((top, day) => (totalOf(day) > totalOf(top) ? day : top));
  const busiest = daily.reduce((top, day) => (day.entrants > top.entrants ? day : top));
  const finding = totalOf(most) > 0 ? t('journeys.replay.most', { messages: totalOf(most), day: shortDay(most.day) }) : t('journeys.replay.most.none', { entrants: busiest.entrants, day: shortDay(busiest.day) });
  const option = {
    grid: { right: 16 },
    xAxis: { type: 'category', data: daily.map(({ day }) => shortDay(day)) },
    yAxis: { type: 'value', minInterval: 1, axisLabel: { formatter: (value: number) => count(value) } },
    tooltip: { trigger: 'axis', valueFormatter: (value: unknown) => (typeof value === 'number' ? count(value) : '—') },
    series: [
      ...channels.map((channel, nth) => ({ name: channelWord(channel), type: 'bar', stack: 'messages', barMaxWidth: 20, color: seriesColours[theme][nth], data: daily.map(({ messages }) => messages[channel] ?? 0) })),
      { name: t('journeys.entered'), type: 'line', showSymbol: false, color: palettes[theme].holdout, lineStyle: { width: 1.5 }, data: daily.map(({ entrants }) => entrants) },
    ],
  };
  return (
    <Chart
      finding={finding} note={<span className="row"><span className="legend"><i style={{ background: palettes[theme].holdout, height: 2 }} />{t('journeys.entered')}</span>{channels.map((channel, nth) => <span key={channel} className="legend"><i style={{ background: seriesColours[theme][nth] }} />{channelWord(channel)}</span>)}</span>} label={finding} option={option} height={240} csvName="journey-replay"
      table={{ header: [t('experiments.day'), t('journeys.entered'), ...channels.map(channelWord)], rows: daily.map(({ day, entrants, messages }) => ({ cells: [day, entrants, ...channels.map((one) => messages[one] ?? 0)], shown: [shortDay(day), count(entrants), ...channels.map((one) => count(messages[one] ?? 0))] })) }}
    />
  );
}
