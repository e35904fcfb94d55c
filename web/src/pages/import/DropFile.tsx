import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { ApiError } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { sentenceOf } from '../../lib/problem.ts';
import { Notice } from '../../ui/Figure.tsx';
import { Progress } from '../../ui/Progress.tsx';
import { Skeleton } from '../../ui/States.tsx';
import { FilePiece } from './FilePiece.tsx';
import type { Drop, Dropped } from './useDrop.ts';

/** One dropped file through all its states; an archive shows each file it holds. */
export function DropFile({ one, drop }: { one: Dropped; drop: Drop }) {
  const t = useT();
  const { bytes } = useFormats();
  const remove = <button type="button" className="plain link" onClick={() => drop.remove(one.key)}>{t('imports.remove')}</button>;
  if (one.state === 'ready') {
    return (
      <>
        {one.files.map((piece) => <FilePiece key={piece.key} piece={piece} drop={drop} inside={piece.look.entry ? one.name : ''} onRemove={one.files.length === 1 ? () => drop.remove(one.key) : undefined} />)}
        {one.skipped.map(({ entry, code }) => <Skipped key={entry} name={entry || one.name} code={code} />)}
        {one.files.length === 0 && one.skipped.length === 0 && <Notice tone="warn" action={remove}>{t('imports.archive.empty', { name: one.name })}</Notice>}
      </>
    );
  }
  return (
    <section className="piece">
      <div className="spread"><span className="strong file-name">{one.name}</span><span className="row grey small">{bytes(one.bytes)} {remove}</span></div>
      {one.state === 'sending' && <Progress label={t('imports.sending')} done={Math.round(one.share * 100)} total={100} />}
      {one.state === 'looking' && <><p className="grey small">{t('imports.reading')}</p><Skeleton lines={2} /></>}
      {one.state === 'password' && <p className="ochre">{sentenceOf(t, one.error)}</p>}
      {one.state === 'failed' && (
        <Notice tone="warn" action={one.upload ? <Button size="small" onClick={() => drop.retry(one)}>{t('problem.again')}</Button> : undefined}>{sentenceOf(t, one.error)}</Notice>
      )}
    </section>
  );
}

/** A file of an archive that could not be read, and why; the others go on. */
function Skipped({ name, code }: { name: string; code: string }) {
  const t = useT();
  return <Notice tone="warn"><span className="strong file-name">{name}</span> {t('imports.skipped')} {sentenceOf(t, new ApiError({ status: 400, code, facts: { name, detail: name } }))}</Notice>;
}

/** One password for the whole drop, tried on every file that needs one. */
export function PasswordOnce({ drop }: { drop: Drop }) {
  const t = useT();
  const [password, setPassword] = useState('');
  const locked = drop.drops.filter(({ state }) => state === 'password');
  const wrong = drop.password() !== '';
  const submit = (event: FormEvent) => { event.preventDefault(); drop.unlock(password); setPassword(''); };
  return (
    <Notice tone="warn">
      <form className="stack" onSubmit={submit}>
        <label htmlFor="import-password">{t(wrong ? 'imports.password.wrong' : 'imports.password', { count: locked.length, name: locked[0]?.name ?? '' })}</label>
        <span className="row">
          <Input.Password id="import-password" className="password-input" autoComplete="off" value={password} onChange={({ target }) => setPassword(target.value)} />
          <Button type="primary" htmlType="submit" disabled={password === ''}>{t('imports.unlock')}</Button>
        </span>
      </form>
    </Notice>
  );
}
