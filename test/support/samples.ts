type Schema = Readonly<Record<string, unknown>>;

const ID = '018f0000-0000-7000-8000-000000000000';

const textOf = ({ format, pattern, minLength }: Schema): string => {
  if (format === 'email') return 'someone@example.test';
  if (format === 'date-time') return '2026-01-01T00:00:00.000Z';
  if (format === 'date' || String(pattern ?? '').includes('\\d{4}-')) return '2026-01-01';
  if (format === 'uuid' || String(pattern ?? '').includes('[0-9a-f]{8}')) return ID;
  if (String(pattern ?? '').includes('[A-Z]{3}')) return 'CNY';
  if (String(pattern ?? '').startsWith('^[a-z]')) return 'a';
  if (String(pattern ?? '').includes('2[0-3]')) return '09:00';
  return 'Asia/Shanghai'.padEnd(Number(minLength ?? 0), 'x');
};

/** The smallest value that fits a JSON schema; good enough for the contracts of our own routes. */
export function sampleOf(schema: unknown, root: unknown = schema): unknown {
  const one = schema as Schema;
  // A tree of conditions is checked by hand before its shape is, so that its schema says nothing.
  if (/\/ConditionTree(?:Input)?$/.test(String(one.$ref))) return { version: 1, root: { kind: 'and', of: [] } };
  if (one.$ref) return sampleOf((one.$ref as string).split('/').slice(1).reduce<unknown>((at, key) => (at as Schema)[key], root), root);
  if ('const' in one) return one.const;
  if (Array.isArray(one.enum)) return one.enum[0];
  const choices = (one.anyOf ?? one.oneOf) as unknown[] | undefined;
  if (choices) return sampleOf(choices[0], root);
  if (Array.isArray(one.allOf)) return Object.assign({}, ...one.allOf.map((part) => sampleOf(part, root)));
  if (one.type === 'object') return Object.fromEntries(((one.required ?? []) as string[]).map((key) => [key, sampleOf((one.properties as Schema)[key], root)]));
  if (one.type === 'array') return Array.from({ length: Number(one.minItems ?? 0) }, () => sampleOf(one.items, root));
  if (one.type === 'integer' || one.type === 'number') return Math.max(Number(one.minimum ?? 1), Number(one.exclusiveMinimum ?? 0) + 1);
  if (one.type === 'boolean') return true;
  return one.type === 'string' ? textOf(one) : null;
}
