import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../../../lib/api.ts';
import { isKnown, useT } from '../../../../lib/language.tsx';
import { Field, useToast } from '../../../../ui/Field.tsx';
import { STAGES } from '../../../../ui/tokens.ts';
import { type Journey, journeyQuery } from '../../journeyQueries.ts';
import { Pick } from './fields.tsx';

/** What a journey is called, what it is about, and the stage whose play it is: kept at once, without a new version. */
export function AboutForm({ journey, disabled }: { journey: Journey; disabled: boolean }) {
  const t = useT();
  const client = useQueryClient(), toast = useToast();
  const [about, setAbout] = useState({ name: journey.name, description: journey.description, stage: journey.stage });
  const save = useMutation({
    mutationFn: () => api.patch<Journey>(`/journeys/${journey.id}`, { revision: journey.revision, ...about, name: about.name.trim() }),
    onSuccess: (reply) => { client.setQueryData(journeyQuery(journey.id).queryKey, reply); void client.invalidateQueries({ queryKey: ['journeys', 'list'] }); toast.done(t('canvas.save.saved')); },
    onError: toast.failed,
  });
  const isChanged = about.name.trim() !== journey.name || about.description !== journey.description || about.stage !== journey.stage;
  const submit = (event: FormEvent): void => { event.preventDefault(); save.mutate(); };
  return (
    <form className="jc-group" onSubmit={submit}>
      <Field label={t('journeys.new.name')}>{(ids) => <Input {...ids} disabled={disabled} maxLength={80} value={about.name} onChange={({ target }) => setAbout({ ...about, name: target.value })} />}</Field>
      <Field label={t('channels.group.description')}>{(ids) => <Input.TextArea {...ids} disabled={disabled} rows={2} maxLength={1000} value={about.description} onChange={({ target }) => setAbout({ ...about, description: target.value })} />}</Field>
      <Pick label={t('canvas.about.stage')} hint={t('canvas.about.stage.hint')} disabled={disabled} value={about.stage ?? ''} options={[{ value: '', label: t('canvas.about.stage.none') }, ...STAGES.map((value) => ({ value, label: isKnown(`stage.${value}`) ? t(`stage.${value}`) : value }))]} onPick={(stage) => setAbout({ ...about, stage: stage === '' ? null : stage })} />
      {isChanged && !disabled && <div><Button htmlType="submit" type="primary" disabled={about.name.trim() === ''} loading={save.isPending}>{t('settings.save')}</Button></div>}
    </form>
  );
}
