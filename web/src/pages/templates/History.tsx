import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { differenceOf } from '../../../../src/reach/core/templates/difference.ts';
import type { TemplateDocument } from '../../../../src/reach/core/templates/document.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { FieldDifferences } from './FieldDifferences.tsx';
import { type Template, type Version, versionQuery } from './templateQueries.ts';

type Props = { template: Template; onTake: ((document: TemplateDocument) => void) | undefined };

/** Every version with who, when and why, and how each differs from what is written now. */
export function History({ template, onTake }: Props) {
  const t = useT();
  const [open, setOpen] = useState(0);
  if (template.versions.length === 0) return <Empty title={t('templates.history.none')} />;
  return (
    <ol className="versions">
      {template.versions.map((one) => (
        <li key={one.version}>
          <Line version={one} isOpen={open === one.version} onOpen={() => setOpen(open === one.version ? 0 : one.version)} />
          {open === one.version && <Difference template={template} version={one.version} onTake={onTake} />}
        </li>
      ))}
    </ol>
  );
}

function Line({ version: { version, publishedAt, publishedBy, reason }, isOpen, onOpen }: { version: Version; isOpen: boolean; onOpen: () => void }) {
  const t = useT();
  const { moment } = useFormats();
  return (
    <>
      <div className="spread">
        <strong>{t('templates.version', { version })}</strong>
        <span className="grey small">{moment(publishedAt)}{publishedBy && ` · ${publishedBy}`}</span>
        <button type="button" className="plain link" aria-expanded={isOpen} onClick={onOpen}>{t('templates.compare')}</button>
      </div>
      {reason && <p className="ochre small">{t('templates.overridden', { reason })}</p>}
    </>
  );
}

function Difference({ template, version, onTake }: Props & { version: number }) {
  const t = useT();
  const old = useQuery(versionQuery(template.id, version));
  return (
    <Loaded query={old} skeleton={<Skeleton lines={4} />}>
      {({ document }) => {
        const fields = differenceOf(document, template.document);
        return (
          <div className="stack">
            {fields.length === 0 && <p className="grey">{t('templates.same')}</p>}
            <FieldDifferences fields={fields} />
            {onTake && fields.length > 0 && <div><Button onClick={() => onTake(document)}>{t('templates.take')}</Button></div>}
          </div>
        );
      }}
    </Loaded>
  );
}
