import { type DragEvent, useId, useState } from 'react';
import { useT } from '../lib/language.tsx';
import { Icon } from './Icon.tsx';

type DropZoneProps = { onFiles: (files: File[]) => void; accept?: string; title: string; hint: string; disabled?: boolean };

/** Takes any number of files, dropped or chosen. */
export function DropZone({ onFiles, accept, title, hint, disabled }: DropZoneProps) {
  const t = useT();
  const id = useId();
  const [over, setOver] = useState(false);
  const take = (list: FileList | null) => {
    const files = [...(list ?? [])];
    if (files.length > 0 && !disabled) onFiles(files);
  };
  const hold = (event: DragEvent) => {
    event.preventDefault();
    setOver(!disabled);
  };
  return (
    <div
      className={over ? 'drop over' : 'drop'} onDragOver={hold} onDragEnter={hold} onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <Icon name="upload" size={24} />
      <p className="strong">{title}</p>
      <p className="grey">{hint}</p>
      <input
        id={id} type="file" multiple accept={accept} disabled={disabled} className="unseen"
        onChange={(event) => {
          take(event.target.files);
          event.target.value = '';
        }}
      />
      <label htmlFor={id} className="drop-button">{t('kit.drop.choose')}</label>
    </div>
  );
}
