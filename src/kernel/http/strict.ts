import { z } from 'zod';

type Def = {
  type: string; shape?: Record<string, z.ZodType>; catchall?: z.ZodType; element?: z.ZodType; innerType?: z.ZodType; options?: z.ZodType[];
  valueType?: z.ZodType; items?: z.ZodType[]; rest?: z.ZodType | null; in?: z.ZodType; out?: z.ZodType; getter?: () => z.ZodType;
};

const made = new WeakMap<z.ZodType, z.ZodType>();

const defOf = (schema: z.ZodType): Def => schema._zod.def as unknown as Def;

/** What a schema is made of, each part made strict; lazily, since a tree may hold itself. */
function strictDef(def: Def): Partial<Def> | undefined {
  switch (def.type) {
    case 'object': {
      if (def.catchall) return undefined;
      let shape: Record<string, z.ZodType> | undefined;
      return { catchall: z.never(), get shape() { return shape ??= Object.fromEntries(Object.entries(def.shape ?? {}).map(([key, of]) => [key, strict(of)])); } };
    }
    case 'array': return def.element && { element: strict(def.element) };
    case 'union': return def.options && { options: def.options.map(strict) };
    case 'record': return def.valueType && { valueType: strict(def.valueType) };
    case 'tuple': return def.items && { items: def.items.map(strict), rest: def.rest && strict(def.rest) };
    case 'lazy': return { getter: () => strict(def.getter?.() ?? z.never()) };
    case 'pipe': return def.in && { in: strict(def.in) };
    default: return def.innerType && { innerType: strict(def.innerType) };
  }
}

/** The same shape, refusing fields it does not know at every depth. What says how it treats them (catchall) keeps its say. */
export function strict(schema: z.ZodType): z.ZodType {
  const known = made.get(schema);
  if (known) return known;
  const def = defOf(schema);
  const parts = strictDef(def);
  if (!parts) return schema;
  const changed = Object.defineProperties({ ...def }, Object.getOwnPropertyDescriptors(parts));
  const result = schema.clone(changed as unknown as z.ZodType['_zod']['def']) as z.ZodType;
  made.set(schema, result);
  return result;
}
