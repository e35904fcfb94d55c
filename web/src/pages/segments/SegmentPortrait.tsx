import { useQuery } from '@tanstack/react-query';
import type { PortraitReply } from '../../../../src/lifecycle/segments/contract.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { sentenceOf } from '../../lib/problem.ts';
import { Section } from '../../ui/Page.tsx';
import { Skeleton } from '../../ui/States.tsx';
import { portraitQuery, segmentsQuery } from './segmentsQueries.ts';

type Part = PortraitReply['parts'][number];
type Value = Part['values'][number];

/** Shares of the segment against everybody, with TGI; another segment beside it where asked. */
export function SegmentPortrait({ id, name }: { id: string; name: string }) {
  const t = useT();
  const [filters, change] = useFilters();
  const beside = filters['beside'] ?? '';
  const { data: listed } = useQuery(segmentsQuery);
  const portrait = useQuery(portraitQuery(id, beside));
  const others = listed?.rows.filter((one) => one.id !== id) ?? [];
  const choose = (
    <label className="row small nowrap">{t('segments.portrait.beside')}
      <select className="input" value={beside} onChange={({ target }) => change({ beside: target.value || null })}>
        <option value="">{t('segments.portrait.alone')}</option>
        {others.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
      </select>
    </label>
  );
  return (
    <Section title={t('segments.portrait')} note={t('segments.portrait.note')} actions={choose}>
      {portrait.error ? <p className="grey">{sentenceOf(t, portrait.error)}</p> : !portrait.data ? <Skeleton lines={8} /> : (
        <div className="portrait-parts">{portrait.data.parts.map((part) => <PartTable key={part.dimension} part={part} names={[name, others.find((one) => one.id === beside)?.name ?? '']} />)}</div>
      )}
    </Section>
  );
}

const tone = (tgi: number | null): string => (tgi === null ? 'number grey' : tgi >= 120 ? 'number strong' : tgi <= 80 ? 'number grey' : 'number');

function PartTable({ part, names: [a, b] }: { part: Part; names: [string, string] }) {
  const t = useT();
  const { percent, decimal } = useFormats();
  const label = part.dimension === 'category' ? t('segments.portrait.category') : part.label;
  const wordOf = ({ value, label: own }: Value): string => (part.dimension === 'net_minor' ? t('segments.portrait.band', { n: value }) : value === '1' && own === '1' ? t('segments.portrait.yes') : value === '0' && own === '0' ? t('segments.portrait.no') : own);
  const hasB = part.values.some((one) => one.b !== null);
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact">
        <caption className="portrait-name">{label}</caption>
        <thead><tr><th>{t('segments.portrait.value')}</th><th className="number">{t('segments.portrait.all')}</th><th className="number">{a}</th><th className="number">{t('segments.portrait.tgi')}</th>{hasB && <><th className="number">{b}</th><th className="number">{t('segments.portrait.tgi')}</th></>}</tr></thead>
        <tbody>
          {part.values.map((one) => (
            <tr key={one.value}>
              <td className="wrap">{wordOf(one)}</td><td className="number grey">{percent(one.all.share, 1)}</td><td className="number">{percent(one.a.share, 1)}</td><td className={tone(one.a.tgi)}>{decimal(one.a.tgi, 0)}</td>
              {one.b && <><td className="number">{percent(one.b.share, 1)}</td><td className={tone(one.b.tgi)}>{decimal(one.b.tgi, 0)}</td></>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
