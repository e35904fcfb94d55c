import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { DropZone } from '../../ui/DropZone.tsx';
import { Notice } from '../../ui/Figure.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { DropFile, PasswordOnce } from './DropFile.tsx';
import { type Options, sourcesQuery } from './importQueries.ts';
import { ImportList } from './ImportList.tsx';
import { type Draft, OptionsForm } from './OptionsForm.tsx';
import { RateNotice } from './RateNotice.tsx';
import { keyOf, knownSource, likelySource } from './sourceName.ts';
import { StartBar } from './StartBar.tsx';
import { type Piece, piecesOf, useDrop } from './useDrop.ts';
import './import.css';

const EMPTY: Draft = { name: '', shop: '', channel: '', currency: '', zone: '' };
const ACCEPTED = '.csv,.tsv,.txt,.jsonl,.ndjson,.json,.parquet,.xlsx,.xls,.htm,.html,.zip,.gz';

/** Files become customers here: dropped, looked at, confirmed, taken; and every import so far. */
export default function ImportPage() {
  const t = useT();
  const may = useMay();
  return (
    <Page title={t('nav.customers.import')} lead={t('imports.lead')}>
      {may('imports.write') && <NewImport />}
      <Section title={t('imports.before')}><ImportList /></Section>
    </Page>
  );
}

function NewImport() {
  const t = useT();
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [named, setNamed] = useState(false);
  const sources = useQuery(sourcesQuery);
  const known = sources.data?.rows ?? [];
  const source = knownSource(known, draft.name);
  const options = optionsOf(draft, source?.key);
  const drop = useDrop(options);
  const first = drop.drops.flatMap(({ files }) => files)[0];
  const platform = first?.mapping.platform;
  useEffect(() => {
    if (!platform || named || !sources.isSuccess) return;
    setDraft((now) => ({ ...now, name: likelySource(sources.data.rows, platform, t(`imports.platform.${platform}`), first?.look.name ?? '') }));
  }, [platform, named, sources.isSuccess, sources.data, first?.look.name, t]);
  const pieces = piecesOf(drop.drops);
  const change = (next: Draft) => {
    if (next.name !== draft.name) setNamed(true);
    setDraft(next);
  };
  const clear = () => { drop.clear(); setDraft(EMPTY); setNamed(false); };
  return (
    <div className={drop.drops.length > 0 ? 'new-import filled' : 'new-import'}>
      <DropZone title={t(drop.drops.length === 0 ? 'imports.drop' : 'imports.drop.more')} hint={t('imports.drop.hint')} accept={ACCEPTED} onFiles={drop.add} />
      {drop.drops.some(({ state }) => state === 'password') && <PasswordOnce drop={drop} />}
      {drop.drops.length > 0 && <DropHead drop={drop} />}
      {drop.drops.map((one) => <DropFile key={one.key} one={one} drop={drop} />)}
      {pieces.length > 0 && (
        <>
          <Platforms pieces={pieces} />
          <RateNotice pieces={pieces} chosen={draft.currency} />
          <OptionsForm draft={draft} source={source} sources={known} onChange={change} onReread={drop.refresh} />
          <StartBar drop={drop} pieces={pieces} options={options} ready={keyOf(draft.name) !== ''} onCleared={clear} />
        </>
      )}
    </div>
  );
}

const optionsOf = ({ name, shop, channel, currency, zone }: Draft, known: string | undefined): Options => ({
  source: known ?? (keyOf(name) || 'files'), ...(known === undefined && name.trim() ? { sourceName: name.trim() } : {}), shop: shop.trim(), channel: channel.trim(),
  ...(currency ? { currency } : {}), ...(zone ? { zone } : {}),
});

const ANY_PLATFORM = ['own', 'custom'];

/** Buyers of two platforms are not the same people: each platform wants an import of its own. */
function Platforms({ pieces }: { pieces: readonly Piece[] }) {
  const t = useT();
  const { list } = useFormats();
  const platforms = [...new Set(pieces.map(({ mapping }) => mapping.platform))].filter((one) => !ANY_PLATFORM.includes(one));
  if (platforms.length < 2) return null;
  return <Notice tone="warn">{t('imports.platforms', { platforms: list(platforms.map((one) => t(`imports.platform.${one}`))) })}</Notice>;
}

/** One sentence over all files: what they hold together. */
function DropHead({ drop }: { drop: ReturnType<typeof useDrop> }) {
  const t = useT();
  const { list } = useFormats();
  const pieces = piecesOf(drop.drops);
  const busy = drop.drops.filter(({ state }) => state === 'sending' || state === 'looking').length;
  const rows = pieces.reduce((sum, { look }) => sum + look.rows, 0);
  const refused = pieces.reduce((sum, { look }) => sum + look.rejects.reduce((most, { count }) => Math.max(most, count), 0), 0);
  const roles = [...new Set(pieces.flatMap(({ mapping }) => mapping.roles))].map((role) => t(`import.role.${role}`));
  return (
    <p className="drop-head" aria-live="polite">
      {busy > 0 ? t('imports.looking', { count: busy }) : pieces.length === 0 ? t('imports.nothingReadable') : t('imports.found', { files: pieces.length, roles: list(roles), rows, refused, whole: String(pieces.every(({ look }) => look.complete)) })}
    </p>
  );
}
