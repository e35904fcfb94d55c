import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../../lib/format.ts';
import { useT } from '../../../lib/language.tsx';
import { Anchor, useFilters } from '../../../lib/location.tsx';
import { sentenceOf } from '../../../lib/problem.ts';
import { Section } from '../../../ui/Page.tsx';
import { Skeleton } from '../../../ui/States.tsx';
import { WordSelect } from '../../../ui/WordSelect.tsx';
import { bearing, type CrossReply, crossQuery, type LayerKey, type Layers, valueKey } from './layersQueries.ts';

const FIRST: LayerKey = 'layer_frequency';
const SECOND: LayerKey = 'layer_spend';

/** Two layerings against each other; every number leads to its people. */
export function LayerCross({ layers }: { layers: Layers }) {
  const t = useT();
  const [filters, change] = useFilters();
  const keys = layers.layers.map(({ layer }) => layer);
  const keyIn = (text: string | undefined, fallback: LayerKey): LayerKey => keys.find((key) => key === text) ?? fallback;
  const a = keyIn(filters['a'], FIRST), b = keyIn(filters['b'], a === SECOND ? FIRST : SECOND);
  const cross = useQuery(crossQuery({ a, b }, `${layers.version} ${layers.asOf}`));
  const options = keys.map((key) => ({ key, label: t(`field.${key}`) }));
  const choose = (
    <span>
      <WordSelect label={t('layers.cross.rows')} options={options.filter(({ key }) => key !== b)} value={a} onChoose={(key) => change({ a: key })} /> × <WordSelect label={t('layers.cross.columns')} options={options.filter(({ key }) => key !== a)} value={b} onChoose={(key) => change({ b: key })} />
    </span>
  );
  return (
    <Section title={t('layers.cross')} note={t('layers.cross.note')} actions={choose}>
      {cross.error ? <p className="ochre" role="alert">{sentenceOf(t, cross.error)}</p> : !cross.data ? <Skeleton lines={4} /> : <Matrix cross={cross.data} layers={layers} isOld={cross.isPlaceholderData} />}
    </Section>
  );
}

function Matrix({ cross: { a, b, cells, people }, layers, isOld }: { cross: CrossReply; layers: Layers; isOld: boolean }) {
  const t = useT();
  const { count, percent } = useFormats();
  const at = new Map(cells.map((cell) => [`${cell.a} ${cell.b}`, cell.people]));
  const borne = (key: LayerKey, side: 'a' | 'b'): string[] => (layers.layers.find(({ layer }) => layer === key)?.values ?? []).map(({ value }) => value).filter((value) => key !== 'layer_industry' || cells.some((cell) => cell[side] === value));
  const [rows, columns] = [borne(a, 'a'), borne(b, 'b')];
  const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
  const of = (row: string, column: string): number => at.get(`${row} ${column}`) ?? 0;
  return (
    <div className={isOld ? 'table-scroll fading' : 'table-scroll'} tabIndex={0}>
      <table className="data compact layer-cross">
        <thead><tr><th scope="col">{t(`field.${a}`)}</th>{columns.map((column) => <th key={column} scope="col" className="number wrap">{t(valueKey(b, column))}</th>)}<th scope="col" className="number">{t('layers.cross.all')}</th></tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              <th scope="row" className="wrap">{t(valueKey(a, row))}</th>
              {columns.map((column) => {
                const here = of(row, column);
                return <td key={column} className="number">{here === 0 ? <span className="grey">0</span> : <Anchor className="link" to={bearing({ [a]: row, [b]: column })}>{count(here)}</Anchor>} <span className="grey small">{percent(people === 0 ? 0 : here / people, 1)}</span></td>;
              })}
              <td className="number strong">{count(sum(columns.map((column) => of(row, column))))}</td>
            </tr>
          ))}
        </tbody>
        <tfoot><tr><th scope="row">{t('layers.cross.all')}</th>{columns.map((column) => <td key={column} className="number strong">{count(sum(rows.map((row) => of(row, column))))}</td>)}<td className="number strong">{count(people)}</td></tr></tfoot>
      </table>
    </div>
  );
}
