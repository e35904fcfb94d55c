/**
 * The value under a key that people chose, undefined when the map itself has none: a category, header or event called
 * "constructor" must not find what every object inherits.
 */
export const own = <T>(map: Readonly<Record<string, T>>, key: string): T | undefined => (Object.hasOwn(map, key) ? map[key] : undefined);
