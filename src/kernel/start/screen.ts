import type { WriteStream } from 'node:tty';

/** Where start-up tells what it does: one moving line on a terminal, plain lines elsewhere. */
export type Screen = {
  line(text: string): void;
  /** Runs a step; a line says how long it took, and every few seconds that it still goes on. */
  step<T>(label: string, work: (update: (detail: string) => void) => Promise<T>): Promise<T>;
};

type Output = Pick<WriteStream, 'write' | 'isTTY'>;

const REDRAW_MS = 200;
const PLAIN_EVERY_MS = 3_000;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

export function screen(out: Output, nowMs: () => number): Screen {
  const line = (text: string): void => void out.write(`${text}\n`);
  return {
    line,
    step: async (label, work) => {
      const begun = nowMs();
      let detail = '';
      let told = begun;
      const draw = (): void => {
        const text = `  ${label} … ${detail ? `${detail} · ` : ''}${seconds(nowMs() - begun)}`;
        if (out.isTTY) out.write(`\r\x1b[2K${text}`);
        else if (nowMs() - told >= PLAIN_EVERY_MS) {
          told = nowMs();
          line(text);
        }
      };
      const timer = setInterval(draw, REDRAW_MS);
      try {
        const result = await work((next) => { detail = next; });
        clearInterval(timer);
        if (out.isTTY) out.write('\r\x1b[2K');
        line(`  ${label}: ${seconds(nowMs() - begun)}`);
        return result;
      } catch (error) {
        clearInterval(timer);
        if (out.isTTY) out.write('\r\x1b[2K');
        throw error;
      }
    },
  };
}
