import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { type Api, connect } from './cli/connect.ts';
import { tableLines } from './cli/print.ts';
import { type Found, readCohorts, readCustomers, readLedger, readMetric, readRfm, readStages } from './cli/reads.ts';
import { progressText, reportLines } from './cli/report.ts';
import type { ImportView } from './collect/index.ts';
import { env, readConfig } from './kernel/config.ts';
import { Refusal } from './kernel/errors.ts';
import { systemLanguage } from './kernel/start/language.ts';
import { screen } from './kernel/start/screen.ts';
import { say } from './kernel/words/index.ts';
import { openLog } from './kernel/log.ts';

/** What a command does is loaded by that command: all of it together takes longer to load than most of them to do. */
const does = {
  backups: () => import('./cli/backups.ts'), code: () => import('./cli/code/index.ts'), doctor: () => import('./cli/doctor.ts'), exchange: () => import('./cli/exchange.ts'), importing: () => import('./cli/importing.ts'),
  moving: () => import('./cli/moving.ts'), rotating: () => import('./cli/rotating.ts'), sample: () => import('./cli/sampleFiles.ts'),
};

const language = systemLanguage(env);
const clock = { now: () => new Date() };
const log = openLog(env.LOG_LEVEL ?? 'warn');
// Tables go to standard output, so that progress never mixes with what a script reads.
const tell = screen(process.stderr, () => performance.now());

const program = new Command('perennial').description('Customer lifecycle from the command line').option('--data <folder>', 'data folder', env.PERENNIAL_DATA ?? '.perennial').option('--json', 'print JSON for scripts').option('--workspace <id>', 'which workspace; the first unless told');
const settings = (): { data: string; json?: boolean; workspace?: string } => program.opts();

async function withApi<T>(work: (api: Api) => Promise<T>): Promise<T> {
  const api = await connect(readConfig(['--data', settings().data]), { clock, log, pid: process.pid, workspace: settings().workspace });
  try {
    return await work(api);
  } finally {
    await api.close();
  }
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

function show({ answer, table, note }: Found): void {
  if (settings().json) return print(JSON.stringify(answer));
  for (const line of tableLines(table)) print(line);
  if (note) print(`\n  ${note}`);
}

const read = (work: (api: Api) => Promise<Found>): Promise<void> => withApi(work).then(show);

function showReport(view: ImportView): void {
  if (settings().json) return print(JSON.stringify(view));
  for (const line of reportLines(view, language)) print(line);
}

const pairs = (given: readonly string[]): Record<string, string> => Object.fromEntries(given.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
const collect = (value: string, before: string[]): string[] => [...before, value];

program.command('import').argument('<files...>').description('import files of orders, lines, refunds, customers, events or costs')
  .option('--source <key>', 'which source they come from', 'files').option('--shop <name>', 'the shop, where the files name none').option('--currency <code>').option('--zone <iana>', 'time zone of the times in the files')
  .option('--measure <name>', 'which money column is the sales figure').option('--password <text>', 'of a protected archive').option('--encoding <name>', 'of text files, where it is found out wrongly (utf-8 gbk gb18030 big5 utf-16le utf-16be …)').option('--delimiter <mark>', 'between cells: comma tab semicolon bar space').option('--status <word=status>', 'what an order status means (unpaid paid shipped done closed)', collect, [])
  .action((files: string[], { source, shop, currency, zone, measure, password, encoding, delimiter, status }: { source: string; shop?: string; currency?: string; zone?: string; measure?: string; password?: string; encoding?: string; delimiter?: string; status: string[] }) => withApi(async (api) => {
    const { importPaths } = await does.importing(), asked = { source, ...(shop ? { shop } : {}), ...(currency ? { currency } : {}), ...(zone ? { zone } : {}), ...(measure ? { measure } : {}), ...(password ? { password } : {}), ...(encoding ? { encoding } : {}), ...(delimiter ? { delimiter } : {}), statuses: pairs(status) };
    showReport(await tell.step(say(language, 'start.step.import'), (update) => importPaths(api, files, asked, (progress, phase) => update(phase === 'reading' ? progressText(progress, language) : say(language, 'start.step.settle')))));
  }));

program.command('export').argument('<what>', 'customers, orders, lines, refunds, or everything (into the empty folder that --out names)').description('write everything to a file or to standard output; stands in the audit log')
  .requiredOption('--reason <text>', 'why, for the audit log').option('--format <format>', 'csv or jsonl (orders, lines, refunds)', 'csv').option('--out <file>').option('--clear', 'identifiers in full (customers)')
  .action((what: string, { reason, format, out, clear }: { reason: string; format: string; out?: string; clear?: boolean }) => withApi(async (api) => {
    if (what === 'everything') return show(await (await does.exchange()).writeEverything(api, out ?? 'perennial-export', { reason, clear: clear === true, now: clock.now() }));
    const body = what === 'customers' ? { reason, clear: clear === true } : { what, format, reason };
    const stream = await api.stream(what === 'customers' ? '/api/v1/customers/export' : '/api/v1/orders/export', body);
    await pipeline(Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]), out ? createWriteStream(out) : process.stdout, { end: out !== undefined });
  }));

program.command('take').argument('<folder>').description('bring what export everything wrote into a workspace without customers').action((folder: string) => read(async (api) => (await does.exchange()).readEverything(api, folder)));

program.command('customers').description('find customers').option('--search <text>', 'name, phone or its tail, e-mail, order number').option('--stage <stage>').option('--limit <n>', 'rows', Number, 20)
  .action((asked: { search?: string; stage?: string; limit: number }) => read((api) => readCustomers(api, asked, language)));

program.command('stages').description('where customers stand').action(() => read((api) => readStages(api, language)));

program.command('rfm').description('the eight RFM names').action(() => read((api) => readRfm(api, language)));

program.command('clv').description('what customers brought, cost and left').option('--by <dimension>', 'stage, cohort (month of first purchase) or channel', 'cohort').action(({ by }: { by: string }) => read((api) => readLedger(api, by, language)));

program.command('metric').argument('[id]').description('a figure of the catalogue, or the catalogue').option('--from <day>').option('--to <day>').option('--by <dimension>', 'none, shop, channel or source', 'none')
  .action((id: string | undefined, asked: { from?: string; to?: string; by: string }) => read((api) => readMetric(api, { ...asked, ...(id ? { id } : {}) })));

program.command('cohorts').description('who came back').option('--unit <unit>', 'day, week or month', 'month').option('--periods <n>', 'periods', Number, 12).option('--from <day>').option('--to <day>')
  .action((asked: { unit: string; periods: number; from?: string; to?: string }) => read((api) => readCohorts(api, asked)));

program.command('sample').argument('[folder]').description('write the simulated shop as files into a folder, or fill an empty workspace with it').option('--customers <n>', 'how many', Number)
  .action(async (folder: string | undefined, { customers }: { customers?: number }) => {
    if (folder) return show(await tell.step(say(language, 'start.step.sample'), async () => (await does.sample()).writeSample(folder, clock.now(), customers)));
    const { finished } = await does.importing();
    await withApi(async (api) => {
      const { importId } = await api.post<{ importId: string }>('/api/v1/sample', {});
      showReport(await tell.step(say(language, 'start.step.import'), (update) => finished(api, importId, (progress) => update(progressText(progress, language)))));
    });
  });

program.command('backup').description('copy both stores and the files while the product works on, and keep what happens from then on')
  .option('--full', 'everything of ClickHouse anew, though an earlier copy could be built on').option('--with-key', 'the master key too; keep the backup as safe as the key then').option('--list', 'the backups there are')
  .option('--keep <copies>', 'whole copies that stay, with all that followed them; older ones go', Number)
  .action(({ full, withKey, list, keep }: { full?: boolean; withKey?: boolean; list?: boolean; keep?: number }) => read(async (api) => {
    const { listBackups, takeBackup } = await does.backups();
    return list ? listBackups(api) : tell.step(say(language, 'start.step.backup'), () => takeBackup(api, { full: full === true, withKey: withKey === true, keep }));
  }));

program.command('restore').argument('<backups>', 'the folder of backups').description('bring an installation back into the empty folder that --data names, as it was at a moment')
  .option('--to <instant>', 'like 2026-11-22T10:15:00+08:00; the newest that is known unless told').option('--backup <id>', 'exactly the moment of this backup')
  .action(async (from: string, { to, backup }: { to?: string; backup?: string }) => {
    const { instantOf, restoreInto } = await does.backups(), { dataDir, masterKey } = readConfig(['--data', settings().data]);
    show(await tell.step(say(language, 'start.step.restore'), () => restoreInto({ from, dataDir, masterKey, backupId: backup, to: to === undefined ? undefined : instantOf(to) })));
  });

program.command('move').description('carry the embedded installation that --data names, while it does not run, to the servers of DATABASE_URL and CLICKHOUSE_URL')
  .requiredOption('--to <folder>', 'an empty folder that every process of the servers will see: uploaded files and the keys go there')
  .action(async ({ to }: { to: string }) => {
    const servers = readConfig(['--data', settings().data]), { moveTo } = await does.moving();
    show(await tell.step(say(language, 'start.step.move'), (update) => moveTo({ from: servers.dataDir, to: resolve(to), servers, pid: process.pid, heard: update })));
  });

program.command('rotate-keys').description('make a new data key, seal everything anew, destroy the old one; everybody works on meanwhile').action(() => withApi(async (api) => {
  const { rotateKeys } = await does.rotating();
  const { key, rotation } = await tell.step(say(language, 'start.step.rotate'), (update) => rotateKeys(api, (done, total) => update(`${done}/${total}`)));
  show({ answer: { key, sealed: rotation?.done ?? 0 }, table: { columns: ['key', 'sealed anew'], rows: [[String(key), String(rotation?.done ?? 0)]] } });
}));

const code = program.command('code').description('segments, journeys, templates, metrics and stages as text files that are reviewed and kept in git');
const FOLDER = ['[folder]', 'where the files are', 'perennial-code'] as const;
code.command('pull').argument(...FOLDER).description('write what is in force into files').action((folder: string) => read(async (api) => (await does.code()).pullCode(api, folder)));
code.command('plan').argument(...FOLDER).description('show what applying would do, and what was changed in the product meanwhile; ends with 2 if anything differs').action(async (folder: string) => {
  const found = await withApi(async (api) => (await does.code()).planCode(api, folder));
  show(found);
  if (found.changes.some(({ what }) => what !== 'same' && what !== 'unfiled')) process.exitCode = 2;
});
code.command('apply').argument(...FOLDER).description('put the files in force').option('--force', 'also where somebody changed the same in the product meanwhile').option('--prune', 'put away what once had a file and has none any more')
  .action((folder: string, { force, prune }: { force?: boolean; prune?: boolean }) => read(async (api) => (await does.code()).applyCode(api, folder, { force: force === true, prune: prune === true })));

program.command('doctor').description('look at the whole installation; ends with 1 if anything is wrong').action(async () => {
  const found = await (await does.doctor()).examine(readConfig(['--data', settings().data]).dataDir, withApi);
  show(found);
  if (!found.isWell) process.exitCode = 1;
});

program.parseAsync().then(() => process.exit(), (error: unknown) => {
  if (error instanceof Refusal) process.stderr.write(settings().json ? `${JSON.stringify({ code: error.code, facts: error.facts })}\n` : `\n  ${say(language, `refusal.${error.code}`, error.facts)}\n\n`);
  else log.fatal({ err: error }, 'the command failed');
  process.exit(1);
});
