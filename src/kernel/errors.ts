/** Facts a refusal carries: plain JSON, never personal data. */
export type Facts = Readonly<Record<string, unknown>>;

/**
 * An expected, coded "no": `code` is stable and translated by kernel/words (`refusal.<code>`),
 * `facts` fill the sentence, `status` is the HTTP reply it becomes. A bug just throws an Error.
 */
export class Refusal extends Error {
  readonly code: string;
  readonly facts: Facts;
  readonly status: number;

  constructor(code: string, facts: Facts = {}, status = 422) {
    super(`${code} ${JSON.stringify(facts)}`);
    this.name = 'Refusal';
    this.code = code;
    this.facts = facts;
    this.status = status;
  }
}

/** The thing named does not exist in this workspace: one reply for "absent" and "not yours". */
export const notFound = (what: string, facts: Facts = {}): Refusal => new Refusal(`${what}.not_found`, facts, 404);
