import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import { newId } from '../ids.ts';
import { askNetwork, heard } from './network.ts';
import { type Asked, bound, quoted } from './values.ts';

/** One block of rows in RowBinary. */
export type RowBlock = { table: string; columns: Readonly<Record<string, string>>; rows: Uint8Array; settings: Readonly<Record<string, string | number>> };
export type InsertRows = (client: ClickHouseClient, block: RowBlock) => Promise<void>;

const namesOf = ({ columns }: RowBlock): string => Object.keys(columns).join(', ');
const structureOf = ({ columns }: RowBlock): string => Object.entries(columns).map(([name, type]) => `${name} ${type}`).join(', ');
const settingsOf = ({ settings }: RowBlock): string => Object.entries(settings).map(([name, value]) => `${name} = ${typeof value === 'number' ? value : quoted(value)}`).join(', ');

/** A server takes binary rows as the body of the INSERT, in the types they were written in. */
export const overNetwork: InsertRows = async (client, block) => {
  const query = `insert into ${block.table} (${namesOf(block)}) select ${namesOf(block)} from input(${quoted(structureOf(block))}) settings ${settingsOf(block)} format RowBinary`;
  await heard(client, { query, values: Readable.from([block.rows], { objectMode: false }) });
};

/** The engine in process takes only text in a statement: binary rows reach it as a file beside its own, gone once they are read. */
export function throughFile(target: string): InsertRows {
  const folder = folderIn(target);
  return async (client, block) => {
    const path = join(folder, `${newId()}.rows`);
    try {
      await writeFile(path, block.rows, { mode: 0o600 });
      await client.command({ query: `insert into ${block.table} (${namesOf(block)}) select ${namesOf(block)} from file(${quoted(path)}, 'RowBinary', ${quoted(structureOf(block))}) settings ${settingsOf(block)}` });
    } finally {
      await rm(path, { force: true });
    }
  };
}

/** A question whose answer comes in RowBinary, with the type each column is read in. */
export type RowQuestion = Asked & { columns: Readonly<Record<string, string>> };
export type ReadRows = (client: ClickHouseClient, question: RowQuestion) => Promise<Uint8Array>;

/** Columns are found by their names, in process as over a network, and cast to what is read. */
function typed({ query, columns }: RowQuestion): string {
  const casts = Object.entries(columns).map(([name, type]) => `cast(${name}, ${quoted(type)}) as ${name}`).join(', ');
  return `select ${casts} from (${query})`;
}

/** A server answers in binary rows. */
export const fromNetwork: ReadRows = (client, question) => askNetwork(client, `${typed(question)} format RowBinary`, question.params);

/** The engine in process answers in text; binary rows come as a file beside its own, gone once it is read. */
export function fromFile(target: string): ReadRows {
  const folder = folderIn(target);
  return async (client, question) => {
    const { params, columns } = question, path = join(folder, `${newId()}.answer`);
    const structure = Object.entries(columns).map(([name, type]) => `${name} ${type}`).join(', ');
    try {
      await client.command({ query: `insert into function file(${quoted(path)}, 'RowBinary', ${quoted(structure)}) ${bound({ query: typed(question), params })}` });
      // No row at all makes no file.
      return existsSync(path) ? await readFile(path) : new Uint8Array();
    } finally {
      await rm(path, { force: true });
    }
  };
}

/** What a killed process left behind goes: its inserts are told again. In a path, these marks would stand for other files. */
export function folderIn(target: string): string {
  if (/[*?{}]/.test(target)) return mkdtempSync(join(tmpdir(), 'perennial-rows-'));
  const folder = join(target, 'incoming');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
