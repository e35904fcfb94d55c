/** What a provider takes to connect, as its JSON Schema declares it, read into fields of a form; pure. */
export type Schema = {
  type?: string; anyOf?: readonly Schema[]; properties?: Readonly<Record<string, Schema>>; required?: readonly string[]; items?: Schema; enum?: readonly string[];
  default?: unknown; minimum?: number; maximum?: number; maxLength?: number; format?: string; writeOnly?: boolean;
};
type Kind = 'text' | 'secret' | 'long' | 'email' | 'number' | 'day' | 'choice' | 'choices' | 'numbers' | 'rows' | 'switch';
export type Setting = { path: string; kind: Kind; required: boolean; options: readonly string[]; min: number | null; max: number | null; fallback: unknown; columns: readonly Setting[]; group: string | null; inGroup: boolean };
/** What was typed, by path; rows as they are. */
export type Row = Readonly<Record<string, string>>;
export type Values = Readonly<Record<string, string | readonly string[] | readonly Row[]>>;

/** Settings that nobody may read over a shoulder, where the schema itself does not say so. */
const SECRET = /(?:password|secret|token|apikey|accesskey)$/i;
const LONG = /(?:^ca|privateKey|certificate|pem)$/i;

const bare = (schema: Schema): Schema => {
  const one = schema.anyOf?.find(({ type }) => type !== 'null');
  return one ? { ...one, ...('default' in schema ? { default: schema.default } : {}) } : schema;
};

function kindOf(name: string, schema: Schema): Kind {
  if (schema.enum) return 'choice';
  if (schema.type === 'boolean') return 'switch';
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  if (schema.type === 'array') return schema.items?.enum ? 'choices' : schema.items?.type === 'object' ? 'rows' : 'numbers';
  if (LONG.test(name)) return 'long';
  if (schema.writeOnly || SECRET.test(name)) return 'secret';
  return schema.format === 'date' ? 'day' : schema.format === 'email' ? 'email' : 'text';
}

function settingsIn(schema: Schema, prefix: string, isNeeded: boolean): Setting[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, declared]): Setting[] => {
    const own = bare(declared), path = prefix ? `${prefix}.${name}` : name, required = isNeeded && (schema.required ?? []).includes(name);
    if (own.type === 'object' && own.properties) return settingsIn(own, path, required);
    const columns = own.type === 'array' && own.items?.type === 'object' ? settingsIn(own.items, '', true) : [];
    return [{ path, kind: kindOf(name, own), required, options: own.enum ?? own.items?.enum ?? [], min: own.minimum ?? null, max: own.maximum ?? null, fallback: own.default ?? null, columns, group: prefix || null, inGroup: (schema.required ?? []).includes(name) }];
  });
}

/** The settings of a schema in its order; those of an object inside stand under its name. */
export const settingsOf = (schema: Schema): Setting[] => settingsIn(schema, '', true);

function typedValue({ kind }: Setting, typed: Values[string] | undefined): unknown {
  if (typed === undefined || typed === '' || typed.length === 0) return undefined;
  if (typeof typed !== 'string') return typed;
  if (kind === 'number') return Number(typed);
  if (kind === 'switch') return typed === 'true';
  if (kind === 'numbers') return typed.split(/[\s,，、;；]+/).filter(Boolean).map(Number);
  return typed;
}

const rowsOf = ({ columns }: Setting, rows: readonly Row[]): object[] =>
  rows.map((row) => Object.fromEntries(columns.map((column) => [column.path, typedValue(column, row[column.path] ?? '')]))).filter((row) => Object.values(row).some((one) => one !== undefined));

/** The settings that were filled in, as the API takes them; what was left empty is left out, so that it stays as it was. */
export function configOf(settings: readonly Setting[], values: Values): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const setting of settings) {
    const typed = values[setting.path], value = setting.kind === 'rows' ? (typed ? rowsOf(setting, typed as readonly Row[]) : undefined) : typedValue(setting, typed);
    if (value === undefined) continue;
    const [first = '', second] = setting.path.split('.');
    config[first] = second === undefined ? value : { ...(config[first] as object | undefined), [second]: value };
  }
  return config;
}

/** Groups of which something but not all that they need was filled in: they are kept whole or not at all. */
export function halfFilled(settings: readonly Setting[], values: Values): string[] {
  const filled = (one: Setting): boolean => typedValue(one, values[one.path]) !== undefined;
  return [...new Set(settings.flatMap(({ group }) => group ?? []))].filter((group) => {
    const own = settings.filter((one) => one.group === group);
    return own.some(filled) && own.some((one) => one.inGroup && !filled(one));
  });
}
