import { useState } from 'react';
import { useT } from '../../lib/language.tsx';
import { Choice, type Option, TextField } from './controls.tsx';

/** Stands for what is not among the words offered and is typed. */
export const OTHER = '\u0000';
/** Columns every event has, whatever was sent with it. */
const OWN_PROPERTIES = ['amount', 'channel', 'shop', 'source'] as const;

type PropertyProps = { property: string; onChange: (property: string) => void; at: string; known?: readonly Option[] };

/** A property of an event: one that all have, one `known` of this event, or another by its name. */
export function PropertyField({ property, onChange, at, known = [] }: PropertyProps) {
  const t = useT();
  const options = [...known, ...OWN_PROPERTIES.map((key) => ({ value: `$${key}`, label: t(`condition.property.${key}`) }))];
  const [isTyped, setTyped] = useState(!options.some(({ value }) => value === property));
  const choose = (value: string) => {
    setTyped(value === OTHER);
    onChange(value === OTHER ? '' : value);
  };
  return (
    <>
      <Choice label={t('filter.property')} value={isTyped ? OTHER : property} options={[...options, { value: OTHER, label: t('filter.property.other') }]} onChoose={choose} />
      {isTyped && <TextField label={t('filter.property.name')} value={property} at={at} most={100} onChange={onChange} />}
    </>
  );
}
