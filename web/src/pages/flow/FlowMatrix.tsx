import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { StageBadge } from '../../ui/StageBadge.tsx';
import { STAGES } from '../../ui/tokens.ts';
import type { Flow } from '../lifecycle/lifecycleQueries.ts';

export type Cell = { from: string; to: string };

export const peopleIn = (flow: Flow, { from, to }: Cell): number => flow.cells.reduce((sum, cell) => sum + (cell.from === from && cell.to === to ? cell.customers : 0), 0);

/** From stage (rows) to stage (columns). Rows add up to the first day, columns without newcomers to the second. */
export function FlowMatrix({ flow, onPick }: { flow: Flow; onPick: (cell: Cell) => void }) {
  const t = useT();
  const { count } = useFormats();
  const at = (from: string, to: string): number => peopleIn(flow, { from, to });
  const rowSum = (from: string): number => STAGES.reduce((sum, to) => sum + at(from, to), 0);
  const columnSum = (to: string): number => ['none', ...STAGES].reduce((sum, from) => sum + at(from, to), 0);
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact flow-matrix">
        <caption className="unseen">{t('flow.matrix')}</caption>
        <thead><tr><th scope="col">{t('flow.was')} ＼ {t('flow.is')}</th>{STAGES.map((to) => <th key={to} scope="col" className="number">{t(`stage.${to}`)}</th>)}<th scope="col" className="number">{t('flow.sum')}</th></tr></thead>
        <tbody>
          {['none', ...STAGES].map((from) => (
            <tr key={from}>
              <th scope="row"><StageBadge stage={from} /></th>
              {STAGES.map((to) => {
                const people = at(from, to);
                const same = from === to;
                return <td key={to} className={same ? 'number stayed' : 'number'}>{people === 0 ? <span className="grey">·</span> : <button type="button" className="plain link" onClick={() => onPick({ from, to })}>{count(people)}</button>}</td>;
              })}
              <td className="number strong">{count(rowSum(from))}</td>
            </tr>
          ))}
        </tbody>
        <tfoot><tr><td>{t('flow.sum')}</td>{STAGES.map((to) => <td key={to} className="number">{count(columnSum(to))}</td>)}<td className="number">{count(STAGES.reduce((sum, to) => sum + columnSum(to), 0))}</td></tr></tfoot>
      </table>
    </div>
  );
}
