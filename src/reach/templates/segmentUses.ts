import { registerSegmentUses } from '../../lifecycle/index.ts';
import { segmentsOf } from './readers.ts';
import { templateTexts } from './store.ts';

/** Which templates have a variant for the people of a segment, as they are drafted or as they were published last. */
export const registerTemplateUses = (): void => registerSegmentUses('templates', async (tx, { workspaceId }) =>
  (await templateTexts(tx, workspaceId)).flatMap(({ id, name, draft, document }) =>
    [...new Set([draft, ...(document ? [document] : [])].flatMap(segmentsOf))].map((segment) => ({ kind: 'template', id, name, segment }))));
