import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import { newId } from '../ids.ts';

/** One block of rows in RowBinary. */
export type RowBlock = { table: string; columns: Readonly<Record<string, string>>; rows: Uint8Array; settings: Readonly<Record<string, string | number>> };
export type InsertRows = (client: ClickHouseClient, block: RowBlock) => Promise<void>;

const quoted = (text: string): string => `'${text.replace(/[\\']/g, (mark) => `\\${mark}`)}'`;
const namesOf = ({ columns }: RowBlock): string => Object.keys(columns).join(', ');
const structureOf = ({ columns }: RowBlock): string => Object.entries(columns).map(([name, type]) => `${name} ${type}`).join(', ');
const settingsOf = ({ settings }: RowBlock): string => Object.entries(settings).map(([name, value]) => `${name} = ${typeof value === 'number' ? value : quoted(value)}`).join(', ');

/** A server takes binary rows as the body of the INSERT. */
export const overNetwork: InsertRows = async (client, block) => {
  const { stream } = await client.exec({ query: `insert into ${block.table} (${namesOf(block)}) settings ${settingsOf(block)} format RowBinary`, values: Readable.from([block.rows], { objectMode: false }) });
  stream.resume();
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

/** What a killed process left behind goes: its inserts are told again. In a path, these marks would stand for other files. */
function folderIn(target: string): string {
  if (/[*?{}]/.test(target)) return mkdtempSync(join(tmpdir(), 'perennial-rows-'));
  const folder = join(target, 'incoming');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
