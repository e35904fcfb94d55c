import { z } from 'zod';
import { Refusal } from '../../kernel/errors.ts';
import { type Route, route } from '../../kernel/http/route.ts';
import type { Stores } from '../../kernel/stores.ts';
import { fixShape, givenUploadShape, importOptionsShape, importShape, previewBodyShape, previewShape, quarantineShape, replayedShape, uploadShape } from '../contract.ts';
import { mappingShape } from '../core/mapping.ts';
import { readingOf } from '../core/reading.ts';
import { imports, importOf, quarantined } from '../imports/list.ts';
import { lookAtFiles } from '../imports/preview.ts';
import { dismiss, replay } from '../imports/replay.ts';
import { type GivenFile, startImport } from '../imports/start.ts';
import { startUndo } from '../imports/undo.ts';
import { keepUpload, uploadOf } from '../imports/uploads.ts';

const id = z.object({ id: z.uuid() });
const startShape = z.object({ uploads: z.array(givenUploadShape.extend({ mapping: mappingShape })).min(1).max(100), options: importOptionsShape, recipeId: z.uuid().optional() });

const pathsOf = (stores: Stores, workspaceId: string, uploads: readonly z.output<typeof givenUploadShape>[]) =>
  Promise.all(uploads.map(async ({ id: upload, ...rest }) => ({ ...rest, upload, ...(await uploadOf(stores, workspaceId, upload)) })));

type Located = Awaited<ReturnType<typeof pathsOf>>[number];

const given = ({ path, name, entry, sheet, password, mapping, ...reading }: Located & { mapping?: GivenFile['mapping'] | undefined }): GivenFile => {
  if (!mapping) throw new Refusal('import.no_mapping', { name });
  return { path, name: entry || name, ...(entry ? { entry } : {}), ...(sheet ? { sheet } : {}), ...(password ? { password } : {}), ...readingOf(reading), mapping };
};

export const importRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/imports', summary: 'Imports, newest first', tag: 'imports', permission: 'imports.read', query: z.object({ cursor: z.uuid().optional() }), reply: z.object({ rows: z.array(importShape), next: z.string().nullable() }) },
    ({ stores, caller, query }) => imports(stores, caller.workspaceId, query.cursor)),
  route({ method: 'GET', url: '/api/v1/imports/:id', summary: 'One import: progress, report, problem', tag: 'imports', permission: 'imports.read', params: id, reply: importShape },
    ({ stores, caller, params }) => importOf(stores, caller.workspaceId, params.id)),
  route({ method: 'POST', url: '/api/v1/imports/uploads', summary: 'Hand over files (multipart/form-data), any number at once', tag: 'imports', permission: 'imports.write', status: 201, reply: z.object({ uploads: z.array(uploadShape) }) },
    async ({ stores, caller, request }) => {
      if (!request.isMultipart()) throw new Refusal('upload.not_multipart', {}, 415);
      const uploads = [];
      for await (const part of request.files()) {
        const { id: upload, name, bytes } = await keepUpload(stores, caller, { name: part.filename, stream: part.file });
        uploads.push({ id: upload, name, bytes });
      }
      if (uploads.length === 0) throw new Refusal('import.no_files');
      return { uploads };
    }),
  route({ method: 'POST', url: '/api/v1/imports/preview', summary: 'What a drop of uploads would become', tag: 'imports', permission: 'imports.write', body: previewBodyShape, reply: previewShape },
    async ({ stores, caller, body }) => lookAtFiles(stores, caller.workspaceId, await pathsOf(stores, caller.workspaceId, body.uploads), body.options)),
  route({ method: 'POST', url: '/api/v1/imports', summary: 'Start an import of uploads', tag: 'imports', permission: 'imports.write', status: 202, body: startShape, reply: importShape },
    async ({ stores, caller, body }) => {
      const files = (await pathsOf(stores, caller.workspaceId, body.uploads)).map(given);
      const importId = await startImport(stores, caller, files, { ...body.options, ...(body.recipeId ? { recipeId: body.recipeId } : {}) });
      return importOf(stores, caller.workspaceId, importId);
    }),
  route({ method: 'POST', url: '/api/v1/imports/:id/undo', summary: 'Undo a whole import', tag: 'imports', permission: 'imports.write', status: 202, params: id, reply: importShape },
    async ({ stores, caller, params }) => {
      await startUndo(stores, caller, params.id);
      return importOf(stores, caller.workspaceId, params.id);
    }),
  route({ method: 'GET', url: '/api/v1/quarantine', summary: 'Rows that could not be taken, with their reasons', tag: 'quarantine', permission: 'imports.write',
    query: z.object({ importId: z.uuid().optional(), code: z.string().max(100).optional(), state: z.enum(['open', 'replayed', 'dismissed', 'undone']).optional(), cursor: z.uuid().optional() }),
    reply: z.object({ rows: z.array(quarantineShape), next: z.string().nullable(), counts: z.array(z.object({ code: z.string(), count: z.number().int() })) }) },
    ({ stores, caller, query }) => quarantined(stores, caller, query)),
  route({ method: 'POST', url: '/api/v1/quarantine/replay', summary: 'Replay rows, fixed or as they are', tag: 'quarantine', permission: 'imports.write', body: z.object({ rows: z.array(fixShape).min(1).max(1000) }), reply: replayedShape },
    ({ stores, caller, body }) => replay(stores, caller, body.rows.map(({ id: row, cells, event }) => ({ id: row, ...(cells ? { cells } : {}), ...(event ? { event } : {}) })))),
  route({ method: 'POST', url: '/api/v1/quarantine/dismiss', summary: 'Set rows aside for good', tag: 'quarantine', permission: 'imports.write', body: z.object({ ids: z.array(z.uuid()).min(1).max(1000) }), reply: z.object({ dismissed: z.number().int() }) },
    async ({ stores, caller, body }) => ({ dismissed: await dismiss(stores, caller, body.ids) })),
];
