import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import { Choices } from '../../ui/Choices.tsx';
import { Notice } from '../../ui/Figure.tsx';
import { Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type CategoryRules, type Cuts, RETURNED_TOO_OFTEN, type Rules, type RulesLine, rulesListQuery, rulesQuery } from './stageRulesQueries.ts';

/** Rules in force, or the version asked for: what they are worth, their cuts, and the versions before. */
export function StagesRules() {
  const t = useT();
  const [{ version = 'current' }, change] = useFilters();
  const rules = useQuery(rulesQuery(version));
  const list = useQuery(rulesListQuery);
  const newest = list.data?.rows[0]?.version;
  return (
    <>
      {version !== 'current' && Number(version) !== newest && (
        <Notice action={<button type="button" className="plain link" onClick={() => change({ version: null })}>{t('stageRules.toCurrent')}</button>}>{t('stageRules.older', { version })}</Notice>
      )}
      <Loaded query={rules} skeleton={<Skeleton lines={10} />}>{(data) => <><Worth rules={data} /><AllCuts key={data.version} rules={data} /></>}</Loaded>
      <Section title={t('stageRules.versions')} note={t('stageRules.versions.note')}>
        <Loaded query={list} skeleton={<Skeleton lines={3} />}>{({ rows }) => <Versions rows={rows} shown={version === 'current' ? newest : Number(version)} onShow={(next) => change({ version: next === newest ? null : String(next) })} />}</Loaded>
      </Section>
    </>
  );
}

/** The label's own record: of those it would have called churned on past days, how many came back. */
function Worth({ rules: { report, version } }: { rules: Rules }) {
  const t = useT();
  const { day, count, percent } = useFormats();
  if (!report) return <Section title={t('stageRules.worth')}><p className="grey">{t(version === 0 ? 'stageRules.noData' : 'stageRules.unjudged')}</p></Section>;
  const { verdict, judged, called, returnShare, horizonDays, reason } = report;
  const why = reason ? t(`no_churn.${reason}`) : isKnown(`verdict.${verdict}.why`) ? t(`verdict.${verdict}.why`, { called, days: judged.length, percent: Math.round((returnShare ?? 0) * 1000) / 10, horizonDays }) : '';
  return (
    <Section title={<>{t('stageRules.worth')} <span className={verdict === 'uncalibrated' ? 'stages-verdict bad' : 'stages-verdict'}>{t(`verdict.${verdict}`)}</span></>} note={why}>
      {judged.length > 0 && (
        <div className="table-scroll" tabIndex={0}>
          <table className="data compact stages-judged">
            <caption className="unseen">{t('stageRules.worth')}</caption>
            <thead><tr><th scope="col">{t('stageRules.judged.day')}</th><th scope="col" className="number">{t('stageRules.judged.customers')}</th><th scope="col" className="number">{t('stageRules.judged.called')}</th><th scope="col" className="number">{t('stageRules.judged.returned', { days: horizonDays })}</th><th scope="col" className="number">{t('stageRules.judged.share')}</th></tr></thead>
            <tbody>
              {judged.map((one) => {
                const high = one.share !== null && one.share > RETURNED_TOO_OFTEN;
                return <tr key={one.day}><td>{day(one.day)}</td><td className="number">{count(one.customers)}</td><td className="number">{count(one.called)}</td><td className="number">{count(one.returned)}</td><td className={high ? 'number ochre strong' : 'number'}>{percent(one.share, 1)}{high && <span className="unseen"> {t('stageRules.tooHigh')}</span>}</td></tr>;
              })}
            </tbody>
          </table>
        </div>
      )}
      <p className="grey small">{t('stageRules.judged.note', { limit: percent(RETURNED_TOO_OFTEN, 0), days: horizonDays })}</p>
    </Section>
  );
}

function AllCuts({ rules }: { rules: Rules }) {
  const t = useT();
  const { moneyRound } = useFormats();
  const currency = useCurrency();
  const [chosen, setChosen] = useState('');
  const categories = rules.categories;
  const category = categories.find((one) => one.category === chosen) ?? categories[0];
  if (!category) return null;
  const { ownRhythm, matureOccasions, b2bPurchaseMinor, basis } = rules;
  return (
    <Section title={t('stageRules.cuts')} note={t(`stageRules.cuts.note.${basis}`)}>
      {categories.length > 1 && <Choices label={t('stageRules.category')} options={categories.map(({ category: key }) => ({ key, label: key || t('stageRules.category.all') }))} value={chosen} onChoose={setChosen} />}
      <CutsTable category={category} alike={basis === 'configured'} />
      <ul className="stages-facts grey small">
        {basis === 'calibrated' && <li>{t('stageRules.fact.learned', { repeaters: category.repeaters, days: category.horizonDays })}</li>}
        {ownRhythm && <li>{t('stageRules.fact.rhythm')}</li>}
        <li>{t('stageRules.fact.mature', { count: matureOccasions })}</li>
        {b2bPurchaseMinor !== null && <li>{t('stageRules.fact.b2b', { amount: moneyRound(b2bPurchaseMinor, currency) })}</li>}
      </ul>
    </Section>
  );
}

/** Where a cut comes after the next one, that stage is empty: the later stage begins first. */
const shownCut = (cut: number | null, next: number | null): number | null => (cut !== null && next !== null && cut >= next ? null : cut);

/** Share of those silent for at least so long who bought again within the horizon, as measured. */
const shareAt = ({ returns }: Cuts, days: number | null): number | null => (days === null ? null : returns.filter(({ fromDays }) => fromDays <= days).at(-1)?.share ?? null);

/** `alike`: the same cuts for everyone, told once. */
function CutsTable({ category, alike }: { category: CategoryRules; alike: boolean }) {
  const t = useT();
  const { count, percent } = useFormats();
  const { noChurn, groups, cycleDays } = category;
  const days = (value: number | null) => (value === null ? '—' : count(value));
  if (cycleDays !== null) return <p>{t('stageRules.durable', { days: cycleDays, from: Math.round(cycleDays * 0.8), to: Math.round(cycleDays * 1.2) })}</p>;
  return (
    <>
      {noChurn && <Notice>{t(`no_churn.${noChurn}`)}</Notice>}
      <div className="table-scroll" tabIndex={0}>
        <table className="data compact">
          <caption className="unseen">{t('stageRules.cuts')}</caption>
          <thead><tr>{['group', 'gap', 'declining', 'atRisk', 'churned', 'share'].map((key) => <th key={key} scope="col" className={key === 'group' ? undefined : 'number'}>{t(`stageRules.col.${key}`)}</th>)}</tr></thead>
          <tbody>
            {groups.slice(0, alike ? 1 : groups.length).map((cuts) => (
              <tr key={cuts.group}>
                <th scope="row">{alike ? t('stageRules.everyone') : t('stageRules.group', { group: cuts.group })}</th>
                <td className="number">{days(cuts.medianGapDays)}</td>
                <td className="number">{days(shownCut(cuts.decliningDays, cuts.atRiskDays))}</td>
                <td className="number">{days(shownCut(cuts.atRiskDays, cuts.churnedDays))}</td>
                <td className="number">{cuts.churnedDays === null ? <span className="grey">{t('stageRules.neverChurned')}</span> : count(cuts.churnedDays)}</td>
                <td className="number">{percent(shareAt(cuts, cuts.churnedDays), 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!alike && <p className="grey small">{t('stageRules.cuts.legend', { days: category.horizonDays })}</p>}
    </>
  );
}

type VersionsProps = { rows: readonly RulesLine[]; shown: number | undefined; onShow: (version: number) => void };

function Versions({ rows, shown, onShow }: VersionsProps) {
  const t = useT();
  const { moment, day, percent } = useFormats();
  if (rows.length === 0) return <p className="grey">{t('stageRules.noData')}</p>;
  const author = (madeBy: string): string => (madeBy === 'perennial' ? t('settings.audit.kind.system') : madeBy);
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact">
        <caption className="unseen">{t('stageRules.versions')}</caption>
        <thead><tr>{['version', 'basis', 'made', 'by', 'until', 'verdict'].map((key) => <th key={key} scope="col">{t(`stageRules.col.${key}`)}</th>)}<th scope="col" className="number">{t('stageRules.judged.share')}</th><th scope="col"><span className="unseen">{t('settings.actions')}</span></th></tr></thead>
        <tbody>
          {rows.map(({ version, basis, madeAt, madeBy, asOf, report }, at) => (
            <tr key={version} className={version === shown ? 'chosen' : undefined}>
              <td>{version}{at === 0 && <span className="grey"> · {t('stageRules.current')}</span>}</td>
              <td>{t(`stageRules.basis.${basis}`)}</td><td>{moment(madeAt)}</td><td>{author(madeBy)}</td><td>{day(asOf)}</td>
              <td className={report?.verdict === 'uncalibrated' ? 'ochre' : undefined}>{report ? t(`verdict.${report.verdict}`) : '—'}</td><td className="number">{percent(report?.returnShare ?? null, 1)}</td>
              <td>{version !== shown && <button type="button" className="plain link" onClick={() => onShow(version)}>{t('stageRules.show')}</button>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
