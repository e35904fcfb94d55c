import { existsSync, statfsSync, statSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { holderOf } from '../kernel/start/folderLock.ts';
import type { Check } from './doctor.ts';

const GIGABYTE = 1e9;
const NODE_MIN = 24;
const OTHERS = 0o077;

const gb = (bytes: number): string => `${(bytes / GIGABYTE).toFixed(1)} GB`;

/** The fullest of the disks that the folder and the stores in it lie on. */
function diskOf(dataDir: string): Check {
  const folders = ['', 'postgres', 'clickhouse'].map((name) => join(dataDir, name)).filter((folder) => existsSync(folder));
  const disks = (folders.length > 0 ? folders : ['.']).map((folder) => ({ folder, ...statfsSync(folder) }));
  const { bavail, blocks, bsize, folder } = disks.reduce((least, one) => (one.bavail * one.bsize < least.bavail * least.bsize ? one : least));
  const [free, share] = [bavail * bsize, bavail / Math.max(1, blocks)];
  const level = free < GIGABYTE || share < 0.03 ? 'fail' : free < 5 * GIGABYTE || share < 0.1 ? 'warn' : 'ok';
  return { name: 'disk', level, says: `${gb(free)} free (${Math.round(share * 100)} %) at ${folder}`, todo: level === 'ok' ? '' : 'free some space or move the data folder; writes stop when the disk is full' };
}

function memoryOf(): Check {
  const [free, total] = [freemem(), totalmem()];
  const level = total < 2 * GIGABYTE ? 'fail' : total < 4 * GIGABYTE || free < 0.3 * GIGABYTE ? 'warn' : 'ok';
  return { name: 'memory', level, says: `${gb(free)} free of ${gb(total)}`, todo: level === 'ok' ? '' : 'give the machine 4 GB or more, or stop other programs' };
}

function nodeOf(): Check {
  const level = Number(process.versions.node.split('.')[0]) >= NODE_MIN ? 'ok' : 'fail';
  return { name: 'node', level, says: process.version, todo: level === 'ok' ? '' : `start with npm, which brings Node ${NODE_MIN}` };
}

function folderOf(dataDir: string): Check {
  const holder = holderOf(dataDir);
  return { name: 'folder', level: 'ok', says: holder ? `held by process ${holder.pid}${holder.url ? `, which answers at ${holder.url}` : ''}` : 'held by nobody', todo: '' };
}

function secretsOf(dataDir: string): Check {
  const open = ['master.key', 'cli.token', 'first-sign-in.txt'].filter((name) => existsSync(join(dataDir, name)) && (statSync(join(dataDir, name)).mode & OTHERS) !== 0);
  const first = existsSync(join(dataDir, 'first-sign-in.txt'));
  if (open.length > 0) return { name: 'secrets', level: 'fail', says: `others may read ${open.join(', ')}`, todo: `chmod 600 ${open.map((name) => join(dataDir, name)).join(' ')}` };
  return { name: 'secrets', level: first ? 'warn' : 'ok', says: first ? 'first-sign-in.txt is still there' : 'readable by their owner alone', todo: first ? 'change the password, then delete the file' : '' };
}

/** What can be seen of the machine and the folder without starting anything. */
export const examineMachine = (dataDir: string): Check[] => [diskOf(dataDir), memoryOf(), nodeOf(), folderOf(dataDir), secretsOf(dataDir)];
