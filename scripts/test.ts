import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs every test with vitest and closes with one line `N passed, N failed, N skipped`; exit 1 when anything failed or nothing ran. */
type Report = { numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number; success: boolean; testResults: { name: string; status: string; message: string; assertionResults: { status: string; fullName: string }[] }[] };

const dir = mkdtempSync(join(tmpdir(), 'perennial-report-'));
const reportPath = join(dir, 'report.json');
const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs');
const args = [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`, ...process.argv.slice(2)];
const child = spawn(process.execPath, args, { stdio: 'inherit', env: { ...process.env, UV_THREADPOOL_SIZE: '16', NODE_COMPILE_CACHE: join(dir, 'compiled'), CI: process.env.CI ?? '1' } });

child.on('exit', (code) => {
  const report = JSON.parse(readFileSync(reportPath, 'utf8')) as Report;
  rmSync(dir, { recursive: true, force: true });
  const skipped = report.numPendingTests + report.numTodoTests;
  // A file that fails to load has no test to count; it is a failure all the same.
  const brokenFiles = report.testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some((one) => one.status === 'failed'));
  for (const file of brokenFiles) console.log(`failed to run: ${file.name}\n${file.message}`);
  for (const file of report.testResults) for (const one of file.assertionResults) if (one.status !== 'passed' && one.status !== 'failed') console.log(`skipped: ${one.fullName}`);
  const failed = report.numFailedTests + brokenFiles.length;
  console.log(`${report.numPassedTests} passed, ${failed} failed, ${skipped} skipped`);
  process.exit(code !== 0 || failed > 0 || report.numPassedTests === 0 ? 1 : 0);
});
