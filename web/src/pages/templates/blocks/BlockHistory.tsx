import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { differenceOfBlocks } from '../../../../../src/reach/core/templates/difference.ts';
import type { SharedDocument } from '../../../../../src/reach/core/templates/shared.ts';
import { useFormats } from '../../../lib/format.ts';
import { useT } from '../../../lib/language.tsx';
import { Loaded, Skeleton } from '../../../ui/States.tsx';
import { FieldDifferences } from '../FieldDifferences.tsx';
import { blockVersionQuery, type Shared } from './blockQueries.ts';

type Props = { block: Shared; document: SharedDocument; onTake: ((document: SharedDocument) => void) | undefined };

/** Every version with who, when and why, and how each differs from what is written now. */
export function BlockHistory({ block, document, onTake }: Props) {
  const t = useT();
  const { moment } = useFormats();
  const [open, setOpen] = useState(0);
  return (
    <ol className="versions">
      {block.versions.map(({ version, savedAt, savedBy, reason }) => (
        <li key={version}>
          <div className="spread">
            <strong>{t('blocks.version.of', { version })}</strong>
            <span className="grey small">{moment(savedAt)}{savedBy && ` · ${savedBy}`}</span>
            <button type="button" className="plain link" aria-expanded={open === version} onClick={() => setOpen(open === version ? 0 : version)}>{t('blocks.history.compare')}</button>
          </div>
          {reason && <p className="ochre small">{t('blocks.overridden', { reason })}</p>}
          {open === version && <Difference id={block.id} version={version} document={document} onTake={onTake} />}
        </li>
      ))}
    </ol>
  );
}

function Difference({ id, version, document, onTake }: Pick<Props, 'document' | 'onTake'> & { id: string; version: number }) {
  const t = useT();
  const old = useQuery(blockVersionQuery(id, version));
  return (
    <Loaded query={old} skeleton={<Skeleton lines={4} />}>
      {(data) => {
        const fields = differenceOfBlocks(data.document, document);
        return (
          <div className="stack">
            {fields.length === 0 && <p className="grey">{t('blocks.history.same')}</p>}
            <FieldDifferences fields={fields} />
            {onTake && fields.length > 0 && <div><Button onClick={() => onTake(data.document)}>{t('blocks.history.take')}</Button></div>}
          </div>
        );
      }}
    </Loaded>
  );
}
