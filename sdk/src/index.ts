import { openPerennial, type Perennial } from './track.ts';

type Name = keyof Perennial;
/** What a page called before this file had come: `perennial = []; perennial.push(['track', 'Seen'])`. */
type Early = [Name, ...unknown[]][];

/**
 * `<script async src="https://…/perennial.js" data-key="wk_…"></script>`: `data-host` where the product answers elsewhere than the
 * file came from, `data-consent="required"`, `data-page="off"` for a site that tells its pages itself, `data-messages="off"` where none of ours
 * are to be shown.
 */
function begin(script: HTMLScriptElement): void {
  const { key = '', host = new URL(script.src).origin, consent, page, messages } = script.dataset;
  const holder = window as unknown as { perennial?: Early | Perennial };
  const early = Array.isArray(holder.perennial) ? holder.perennial : [];
  const perennial = openPerennial({ writeKey: key, host, consent: consent === 'required' ? 'required' : undefined, messages: messages !== 'off' });
  holder.perennial = perennial;
  if (page !== 'off') perennial.page();
  for (const [name, ...said] of early) (perennial[name] as ((...all: unknown[]) => unknown) | undefined)?.(...said);
}

if (document.currentScript instanceof HTMLScriptElement) begin(document.currentScript);
