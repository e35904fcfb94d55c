import type { ReactNode } from 'react';
import { ChartFrame } from './chart/Chart.tsx';

/** A line of one cell says the same in every column. */
type Line = { key: string; label: string; cells: readonly { value: number; shown: string; people: number }[] };
type HeatProps = {
  finding: ReactNode; note?: ReactNode; csvName: string; corner: string; columns: readonly string[]; lines: readonly Line[];
  /** The value of the deepest colour. */
  deepest: number;
  /** What one dot stands for, in words with its number. */
  dot: (people: number) => string;
};

/** Deepest mix of the accent in which ink can still be read. */
const DEEPEST = 50;
const DOT_MOST = 12;

/** A matrix whose cells carry their value as depth of green; the dot in a cell grows with how many people stand there. */
export function HeatMatrix({ finding, note, csvName, corner, columns, lines, deepest, dot }: HeatProps) {
  const most = Math.max(1, ...lines.flatMap(({ cells }) => (cells.length === 1 ? [] : cells).map(({ people }) => people)));
  const heat = (value: number): string => `color-mix(in srgb, var(--accent) ${Math.round(Math.min(1, value / Math.max(deepest, 1e-9)) * DEEPEST)}%, var(--sunken))`;
  const size = (people: number): number => Math.max(3, Math.sqrt(Math.min(1, people / most)) * DOT_MOST);
  return (
    <ChartFrame finding={finding} note={note} csvName={csvName} table={{ header: [corner, ...columns], rows: lines.map(({ label, cells }) => ({ cells: [label, ...cells.map(({ value }) => value)], shown: [label, ...cells.map(({ shown }) => shown)] })) }}>
      <div className="table-scroll" tabIndex={0}>
        <table className="heat-matrix">
          <thead><tr><th scope="col">{corner}</th>{columns.map((column) => <th key={column} scope="col">{column}</th>)}</tr></thead>
          <tbody>
            {lines.map(({ key, label, cells }) => (
              <tr key={key}>
                <th scope="row">{label}</th>
                {cells.map(({ value, shown, people }, at) => (
                  <td key={columns[at] ?? at} colSpan={cells.length === 1 ? columns.length : 1} style={{ background: heat(value) }} title={people > 0 ? dot(people) : undefined}>
                    <span>{shown}</span>
                    {people > 0 && <><i style={{ width: size(people), height: size(people) }} aria-hidden="true" /><span className="unseen">{dot(people)}</span></>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </ChartFrame>
  );
}
