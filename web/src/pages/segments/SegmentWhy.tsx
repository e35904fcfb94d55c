import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import { sentenceOf } from '../../lib/problem.ts';
import { Section } from '../../ui/Page.tsx';
import { FindCustomer } from './FindCustomer.tsx';
import { type WhyNode, whyQuery } from './segmentsQueries.ts';

/** A customer is picked; each condition then says whether it holds for them, and on what. */
export function SegmentWhy({ id }: { id: string }) {
  const t = useT();
  const [filters, change] = useFilters();
  const customer = filters['why'] ?? '';
  const why = useQuery(whyQuery(id, customer));
  return (
    <Section title={t('segments.why')}>
      <FindCustomer picked={customer} onPick={(id) => change({ why: id })} />
      {customer !== '' && (why.error ? <p className="ochre" role="alert">{sentenceOf(t, why.error)}</p> : why.data && (
        <div className="segment-why"><p className="strong" role="status">{t(why.data.isIn ? 'segments.why.in' : 'segments.why.out')}</p><ul><Line node={why.data.root} /></ul></div>
      ))}
    </Section>
  );
}

function Line({ node }: { node: WhyNode }) {
  const t = useT();
  const { count, decimal, day, money, list } = useFormats();
  const currency = useCurrency();
  const { found } = node;
  const value = found.kind === 'text' ? found.value : found.kind === 'list' ? list([...found.values]) : found.kind === 'day' ? day(found.value) : found.kind === 'number' ? (node.money ? money(found.value, currency) : Number.isInteger(found.value) ? count(found.value) : decimal(found.value, 2)) : '';
  return (
    <li>
      <span className={node.holds ? '' : 'grey'}><span aria-hidden="true">{node.holds ? '✓' : '✗'}</span><span className="unseen">{t(node.holds ? 'segments.why.holds' : 'segments.why.not')}</span> {node.words}</span>
      {value !== '' && <span className="grey small"> {t('segments.why.found', { value })}</span>}
      {node.of.length > 0 && <ul>{node.of.map((one, at) => <Line key={`${at} ${one.words}`} node={one} />)}</ul>}
    </li>
  );
}
