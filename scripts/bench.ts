import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Figure, FIGURE_MARK, passes } from '../bench/support.ts';

/**
 * Runs each bench/*.bench.ts in a process of its own, one after another, and prints
 * `name figure unit ratio-to-raw threshold pass/fail`; exit 1 when a figure misses its threshold, or a bench breaks or measures nothing.
 * `npm run bench -- import` runs the benches whose name holds the word; `--json` prints the figures for a script.
 */
const root = join(import.meta.dirname, '..');
const asked = process.argv.slice(2);
const asJson = asked.includes('--json');
const words = asked.filter((word) => !word.startsWith('--'));
const benches = readdirSync(join(root, 'bench')).filter((file) => file.endsWith('.bench.ts') && (words.length === 0 || words.some((word) => file.includes(word)))).sort();

type Outcome = { file: string; code: number; figures: Figure[]; skipped: string | null };

function runBench(file: string): Promise<Outcome> {
  const child = spawn(process.execPath, ['--expose-gc', '--max-semi-space-size=64', join(root, 'bench', file)], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, UV_THREADPOOL_SIZE: '16' } });
  const outcome: Outcome = { file, code: 1, figures: [], skipped: null };
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith(FIGURE_MARK)) return void (asJson || console.log(line));
    const said = JSON.parse(line.slice(FIGURE_MARK.length)) as Figure | { skipped: string };
    if ('skipped' in said) outcome.skipped = said.skipped;
    else outcome.figures.push(said);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...outcome, code: code ?? 1 })));
}

const readable = (number: number): string => number.toLocaleString('en', { maximumFractionDigits: number < 100 ? 2 : 0 });
const verdict = (figure: Figure): string => (figure.threshold === null ? 'measured' : passes(figure) ? 'pass' : 'FAIL');

function rowOf(figure: Figure): string[] {
  const { name, value, unit, ratioToRaw, threshold, better } = figure;
  return [name, readable(value), unit, ratioToRaw === null ? '–' : readable(ratioToRaw), threshold === null ? '–' : `${better === 'more' ? '≥' : '≤'} ${readable(threshold)}`, verdict(figure)];
}

function printTable(rows: string[][]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) console.log(row.map((cell, column) => (column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ').trimEnd());
}

const outcomes: Outcome[] = [];
for (const file of benches) outcomes.push(await runBench(file));
const figures = outcomes.flatMap((outcome) => outcome.figures);
const broken = outcomes.filter(({ code, figures: found, skipped }) => code !== 0 || (found.length === 0 && skipped === null));
if (asJson) console.log(JSON.stringify({ figures: figures.map((figure) => ({ ...figure, pass: passes(figure) })), broken: broken.map(({ file }) => file) }));
else {
  if (figures.length > 0) printTable([['name', 'figure', 'unit', 'ratio to raw', 'threshold', ''], ...figures.map(rowOf)]);
  for (const { file, skipped } of outcomes) if (skipped !== null) console.log(`skipped ${file}: ${skipped}`);
  for (const { file, code } of broken) console.log(`broken ${file}: exit ${code}`);
}
if (benches.length === 0) console.error('no bench of that name');
process.exit(benches.length === 0 || broken.length > 0 || !figures.every(passes) ? 1 : 0);
