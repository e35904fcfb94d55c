// Made by `web/words.ts`: key → message of one language.
declare module 'virtual:words/*' {
  const table: Readonly<Record<string, string>>;
  export default table;
}
