import { createInterface } from 'node:readline/promises';
import { env, readConfig } from './kernel/config.ts';
import { Refusal } from './kernel/errors.ts';
import { demandFreePort } from './kernel/start/port.ts';
import { screen } from './kernel/start/screen.ts';
import { systemLanguage } from './kernel/start/language.ts';
import { say } from './kernel/words/index.ts';
import { openLog } from './kernel/log.ts';
import { oneAtATime } from './kernel/postgres/oneAtATime.ts';
import { firstContent, firstSignIn } from './first.ts';
import { startServer } from './server.ts';

const language = systemLanguage(env);
const tell = screen(process.stdout, () => performance.now());
const log = openLog(env.LOG_LEVEL ?? 'warn');

const ask = async (question: string): Promise<string> => {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await lines.question(`  ${question}: `)).trim();
  } finally {
    lines.close();
  }
};

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    tell.line(`\n  ${say(language, 'start.stopping')}`);
    stop().then(
      () => { tell.line(`  ${say(language, 'start.stopped')}`); process.exit(0); },
      (error: unknown) => { log.error({ err: error }, 'stopping failed'); process.exit(1); },
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

async function main(): Promise<void> {
  const config = readConfig(process.argv.slice(2));
  tell.line(`\n  ${say(language, 'start.banner')}\n`);
  await demandFreePort(config.host, config.port);
  const running = await startServer(config, {
    clock: { now: () => new Date() },
    log,
    pid: process.pid,
    step: (step, work) => tell.step(say(language, `start.step.${step}`), work),
  });
  stopOnSignal(running.stop);
  const interactive = process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (config.role === 'worker') {
    running.setReady();
    return tell.line(`\n  ${say(language, 'start.working', { url: running.url })}\n`);
  }
  const signIn = await oneAtATime(running.stores.pg.pool, 'firstSignIn', () => firstSignIn(running.stores, language));
  await firstContent(running, config.first, { tell, language, ask: interactive ? ask : undefined });
  running.setReady();
  tell.line(`\n  ${say(language, 'start.ready', { url: config.publicUrl ?? running.url })}`);
  tell.line(`  ${say(language, signIn.password ? 'start.sign_in.first' : 'start.sign_in.again', signIn)}\n`);
}

main().catch((error: unknown) => {
  if (error instanceof Refusal) console.error(`\n  ${say(language, `refusal.${error.code}`, error.facts)}\n`);
  else log.fatal({ err: error }, 'start-up failed');
  process.exit(1);
});
