/** What of mjml 5 is used here; the package brings no types. */
declare module 'mjml' {
  export type MjmlFault = { line: number; message: string; tagName: string; formattedMessage: string };
  export type MjmlOptions = { validationLevel?: 'strict' | 'soft' | 'skip'; keepComments?: boolean; minify?: boolean; beautify?: boolean; fonts?: Record<string, string>; ignoreIncludes?: boolean; filePath?: string | null; useMjmlConfigOptions?: boolean };
  const mjml2html: (source: string, options?: MjmlOptions) => Promise<{ html: string; errors: MjmlFault[] }>;
  export default mjml2html;
}
