import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished, importPaths, type Watch } from './cli/importing.ts';
import { type Api, apiAt } from './cli/connect.ts';
import { progressText, reportLines } from './cli/report.ts';
import type { ImportView } from './collect/index.ts';
import { createFirstOwner, hasOwner, localToken } from './kernel/access/index.ts';
import type { FirstContent } from './kernel/config.ts';
import type { Screen } from './kernel/start/screen.ts';
import type { Stores } from './kernel/stores.ts';
import { type Language, say } from './kernel/words/index.ts';
import type { Running } from './server.ts';

export type SignIn = { email: string; password?: string; file?: string };
export type Talk = { tell: Screen; language: Language; ask: ((question: string) => Promise<string>) | undefined };

const OWNER_EMAIL = 'owner@perennial.local';
const SIGN_IN_FILE = 'first-sign-in.txt';

/** Makes the first workspace and its owner where there is nobody yet; the generated password is told once and kept in a file of the owner's. */
export async function firstSignIn(stores: Stores, language: Language): Promise<SignIn> {
  if (await hasOwner(stores)) return { email: OWNER_EMAIL };
  const workspace = { name: say(language, 'start.workspace'), timezone: 'Asia/Shanghai', currency: 'CNY', language };
  const { password = '' } = await createFirstOwner(stores, { email: OWNER_EMAIL, workspace });
  const file = join(stores.files.dataDir, SIGN_IN_FILE);
  await writeFile(file, `${OWNER_EMAIL}\n${password}\n`, { mode: 0o600 });
  return { email: OWNER_EMAIL, password, file };
}

async function askFirst({ ask, language, tell }: Talk): Promise<FirstContent> {
  if (!ask) return { kind: 'empty' };
  const answer = await ask(say(language, 'start.choose'));
  if (answer.startsWith('1')) return { kind: 'sample' };
  if (!answer.startsWith('2')) return { kind: 'empty' };
  const path = await ask(say(language, 'start.choose.file'));
  if (path === '') tell.line(`  ${say(language, 'start.choose.later')}`);
  return path === '' ? { kind: 'empty' } : { kind: 'import', files: [path] };
}

const watching = ({ tell, language }: Talk, work: (watch: Watch) => Promise<ImportView>): Promise<ImportView> =>
  tell.step(say(language, 'start.step.import'), (update) =>
    work((progress, phase) => update(phase === 'reading' ? progressText(progress, language) : say(language, 'start.step.settle'))));

async function importSample(api: Api, { tell, language }: Talk): Promise<ImportView> {
  const { importId } = await tell.step(say(language, 'start.step.sample'), () => api.post<{ importId: string }>('/api/v1/sample', {}));
  return watching({ tell, language, ask: undefined }, (watch) => finished(api, importId, watch));
}

const nothingYet = async (api: Api): Promise<boolean> => (await api.get<{ rows: unknown[] }>('/api/v1/imports')).rows.length === 0;

/**
 * Fills the first workspace as asked: the simulated shop, files, or nothing. The sample and the question are for a
 * workspace without any import; files are imported at every start that names them, and the same file twice adds nothing.
 */
export async function firstContent(running: Running, asked: FirstContent, talk: Talk): Promise<void> {
  const api = apiAt(running.url, localToken(running.stores.files), async () => undefined);
  const empty = await nothingYet(api);
  const chosen = asked.kind === 'ask' && empty ? await askFirst(talk) : asked;
  if (chosen.kind !== 'import' && (chosen.kind !== 'sample' || !empty)) return;
  const view = chosen.kind === 'sample' ? await importSample(api, talk) : await watching(talk, (watch) => importPaths(api, chosen.files, { source: 'files' }, watch));
  for (const line of reportLines(view, talk.language)) talk.tell.line(line);
  if (chosen.kind === 'sample') talk.tell.line(`  ${say(talk.language, 'start.sample.past')}`);
}
