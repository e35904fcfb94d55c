import type { EChartsCoreOption } from 'echarts/core';
import { palettes, seriesColours, type Theme } from '../tokens.ts';

type Axis = Record<string, unknown>;

/** Axes, grid and tooltip as the tokens want them; a chart adds only its series and categories. */
export function dressed(theme: Theme, fonts: string, option: EChartsCoreOption): EChartsCoreOption {
  const colour = palettes[theme];
  const text = { color: colour.grey, fontFamily: fonts, fontSize: 12 };
  const axis = (own: unknown, value: boolean): Axis => ({
    axisLine: { show: !value, lineStyle: { color: colour.lineStrong } }, axisTick: { show: false }, axisLabel: { ...text, hideOverlap: true },
    splitLine: { show: value, lineStyle: { color: colour.line } }, splitNumber: 4, ...(own as Axis),
  });
  const each = (own: unknown, value: boolean): unknown => (Array.isArray(own) ? own.map((one) => axis(one, value)) : axis(own ?? {}, value));
  const across = (option['yAxis'] as Axis | undefined)?.['type'] === 'category';
  return {
    animation: false, color: [...seriesColours[theme]], textStyle: { fontFamily: fonts, color: colour.ink }, aria: { enabled: true },
    ...option,
    grid: { left: 8, right: 88, top: 16, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel', ...(option['grid'] as object | undefined) },
    xAxis: each(option['xAxis'], across), yAxis: each(option['yAxis'], !across),
    tooltip: {
      trigger: 'axis', backgroundColor: colour.raised, borderColor: colour.lineStrong, borderWidth: 1, padding: [6, 10], confine: true,
      textStyle: { color: colour.ink, fontFamily: fonts, fontSize: 12 }, extraCssText: 'box-shadow:none;border-radius:4px', axisPointer: { lineStyle: { color: colour.lineStrong } }, ...(option['tooltip'] as object | undefined),
    },
  };
}
