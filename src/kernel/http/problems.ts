import { type Language, say, sharedWords } from '../words/index.ts';
import { safe } from './page.ts';

const BEGINNING = 'refusal.';

/** Every refusal code that has a sentence, in the order of the alphabet. */
export const refusalCodes = (): string[] => Object.keys(sharedWords).filter((key) => key.startsWith(BEGINNING)).map((key) => key.slice(BEGINNING.length)).sort();

/** Fills a sentence's places with their own names: «detail». */
const named: Readonly<Record<string, unknown>> = new Proxy({}, { has: () => true, get: (_, name) => `‹${String(name)}›`, getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true }) });

function sentenceOf(language: Language, code: string): string {
  try {
    return say(language, `${BEGINNING}${code}`, named);
  } catch {
    // A sentence that counts or dates its facts cannot be filled with names; its pattern says as much.
    return sharedWords[`${BEGINNING}${code}`]?.[language] ?? code;
  }
}

/** Advice for one code, else for its kind (`…not_found`), else none: many sentences say by themselves what to do. */
function adviceOf(language: Language, code: string): string {
  const kind = code.slice(code.lastIndexOf('.') + 1);
  const key = [`problem.${code}`, `problem.kind.${kind}`].find((one) => one in sharedWords);
  return key ? say(language, key) : '';
}

const entry = (language: Language, code: string): string =>
  `<dt id="${safe(code)}"><code>${safe(code)}</code></dt><dd>${safe(sentenceOf(language, code))}</dd><dd class="soft">${safe(adviceOf(language, code))}</dd>`;

/** The page of problem types: RFC 9457's `type` of each refusal points into it. */
export const problemsPage = (language: Language): string =>
  `<h1>${safe(say(language, 'docs.problems'))}</h1><p>${safe(say(language, 'docs.problems_intro'))}</p><dl>${refusalCodes().map((code) => entry(language, code)).join('')}</dl>`;
