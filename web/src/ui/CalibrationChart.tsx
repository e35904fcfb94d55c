import { useMemo } from 'react';
import { useFormats } from '../lib/format.ts';
import { useT } from '../lib/language.tsx';
import { useTheme } from '../lib/theme.tsx';
import { Chart } from './chart/Chart.tsx';
import { palettes } from './tokens.ts';

export type CalibrationBin = { people: number; meanProbability: number; share: number; low: number; high: number };
type CalibrationProps = { finding: string; note?: string | undefined; bins: readonly CalibrationBin[]; csvName: string; said: string; came: string };

/** What was said against what came true: on the diagonal they are equal; the bar of a point is its 95 % interval. */
export function CalibrationChart({ finding, note, bins, csvName, said, came }: CalibrationProps) {
  const t = useT();
  const { theme } = useTheme();
  const { percent, count } = useFormats();
  const option = useMemo(() => {
    const colour = palettes[theme];
    const axis = { type: 'value', min: 0, max: 1, interval: 0.25, axisLabel: { formatter: (value: number) => percent(value, 0), color: colour.grey, fontSize: 12 }, nameLocation: 'middle', nameTextStyle: { color: colour.grey }, splitLine: { show: true, lineStyle: { color: colour.line } } };
    const still = { type: 'line', silent: true, symbol: 'none', tooltip: { show: false } };
    return {
      grid: { left: 24, right: 16, bottom: 20 },
      xAxis: { ...axis, name: said, nameGap: 28 }, yAxis: { ...axis, name: came, nameGap: 44 },
      tooltip: { trigger: 'item', formatter: ({ dataIndex }: { dataIndex: number }) => {
        const bin = bins[dataIndex];
        return bin ? t('models.calibration.at', { said: percent(bin.meanProbability), came: percent(bin.share), low: percent(bin.low), high: percent(bin.high), people: bin.people }) : '';
      } },
      series: [
        { ...still, lineStyle: { color: colour.holdout, type: 'dashed' }, data: [[0, 0], [1, 1]] },
        ...bins.map(({ meanProbability, low, high }) => ({ ...still, lineStyle: { color: colour.accent, width: 1.5, opacity: 0.6 }, data: [[meanProbability, low], [meanProbability, high]] })),
        { type: 'line', color: colour.accent, symbol: 'circle', symbolSize: 8, lineStyle: { opacity: 0 }, data: bins.map(({ meanProbability, share }) => [meanProbability, share]) },
      ],
    };
  }, [bins, theme, t, percent, said, came]);
  return (
    <Chart
      finding={finding} note={note} label={finding} option={option} csvName={csvName} height={320}
      table={{
        header: [said, came, t('models.low'), t('models.high'), t('kit.cohort.size')],
        rows: bins.map(({ meanProbability, share, low, high, people }) => ({ cells: [meanProbability, share, low, high, people], shown: [percent(meanProbability), percent(share), percent(low), percent(high), count(people)] })),
      }}
    />
  );
}
