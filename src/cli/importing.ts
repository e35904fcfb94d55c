import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import type { filePreviewShape, ImportView, previewShape, Reading, uploadShape } from '../collect/index.ts';
import { Refusal } from '../kernel/errors.ts';
import type { Api } from './connect.ts';

type Upload = z.infer<typeof uploadShape>;
type Preview = z.infer<typeof previewShape>;
type FilePreview = z.infer<typeof filePreviewShape>;

/** How an import is asked for on the command line. `statuses` answers what an order status of the file means. */
export type Asked = { source: string; sourceName?: string; shop?: string; currency?: string; zone?: string; password?: string; encoding?: string; delimiter?: string; measure?: string; statuses?: Readonly<Record<string, string>> };
export type Watch = (progress: ImportView['progress'], phase: 'reading' | 'settling') => void;

const POLL_MS = 150;

async function uploadAll(api: Api, paths: readonly string[]): Promise<Upload[]> {
  const form = new FormData();
  for (const path of paths) {
    const info = await stat(path).catch(() => undefined);
    if (!info?.isFile()) throw new Refusal('file.not_found', { name: path });
    form.append('file', await openAsBlob(path), basename(path));
  }
  return (await api.upload<{ uploads: Upload[] }>('/api/v1/imports/uploads', form)).uploads;
}

/** The proposed mapping with what was answered put in. */
function mappingOf({ mapping, name, questions }: FilePreview, { measure, statuses = {} }: Asked): FilePreview['mapping'] {
  const unknown = questions.flatMap(({ words }) => words).filter((word) => !(word in statuses));
  if (unknown.length > 0) throw new Refusal('import.status_unknown', { name, words: unknown.join(', ') });
  return { ...mapping, ...(measure ? { measure } : {}), statuses: { ...mapping.statuses, ...statuses } as FilePreview['mapping']['statuses'] };
}

/** How people write a delimiter on a command line. */
const DELIMITERS_SAID: Readonly<Record<string, string>> = { comma: ',', tab: '\t', '\\t': '\t', semicolon: ';', bar: '|', space: ' ' };

/** The encoding and delimiter asked for. Refuses `file.encoding_unknown` and `file.delimiter_unknown`, naming those there are. */
async function readingAsked({ encoding, delimiter }: Asked): Promise<Reading> {
  if (encoding === undefined && delimiter === undefined) return {};
  const { ENCODING_NAMES, readingShape } = await import('../collect/index.ts');
  const name = encoding?.toLowerCase();
  const mark = delimiter === undefined ? undefined : (DELIMITERS_SAID[delimiter.toLowerCase()] ?? delimiter);
  const asked = readingShape.safeParse({ encoding: name, delimiter: mark });
  if (asked.success) return asked.data;
  if (name && !(ENCODING_NAMES as readonly string[]).includes(name)) throw new Refusal('file.encoding_unknown', { encoding: encoding ?? '' });
  throw new Refusal('file.delimiter_unknown', { delimiter: delimiter ?? '' });
}

async function untilFinished(api: Api, id: string, watch: Watch): Promise<ImportView> {
  for (;;) {
    const view = await api.get<ImportView>(`/api/v1/imports/${id}`);
    watch(view.progress, 'reading');
    if (view.status === 'failed') throw new Refusal(view.problem?.code ?? 'import.failed', view.problem?.facts ?? {});
    if (view.status === 'finished') return view;
    await sleep(POLL_MS);
  }
}

async function untilSettled(api: Api, view: ImportView, watch: Watch): Promise<void> {
  while (!(await api.get<{ settled: boolean }>('/api/v1/standing')).settled) {
    watch(view.progress, 'settling');
    await sleep(POLL_MS);
  }
}

/** Waits for an import, then for the stages that follow from it. */
export async function finished(api: Api, id: string, watch: Watch = () => undefined): Promise<ImportView> {
  const view = await untilFinished(api, id, watch);
  await untilSettled(api, view, watch);
  return view;
}

/**
 * Imports files through the product's own API, as the page does: upload, mapping proposed, import, and the stages worked out.
 * Refuses `file.not_found`, `import.status_unknown` with the words to answer, and whatever the import itself refuses.
 */
export async function importPaths(api: Api, paths: readonly string[], asked: Asked, watch: Watch = () => undefined): Promise<ImportView> {
  const { source, sourceName, shop = '', currency, zone, password } = asked;
  const reading = await readingAsked(asked);
  const options = { source, shop, channel: '', ...(sourceName ? { sourceName } : {}), ...(currency ? { currency } : {}), ...(zone ? { zone } : {}) };
  const uploads = (await uploadAll(api, paths)).map(({ id }) => ({ id, ...(password ? { password } : {}), ...reading }));
  const { files, skipped } = await api.post<Preview>('/api/v1/imports/preview', { uploads, options });
  if (files.length === 0) throw new Refusal(skipped[0]?.code ?? 'import.no_files', { name: paths.map((path) => basename(path)).join(', ') });
  const chosen = files.map((file) => ({
    id: file.upload, ...(file.entry ? { entry: file.entry } : {}), ...(file.sheet ? { sheet: file.sheet } : {}), ...(password ? { password } : {}), ...file.reading, mapping: mappingOf(file, asked),
  }));
  const { id } = await api.post<ImportView>('/api/v1/imports', { uploads: chosen, options });
  return finished(api, id, watch);
}
