export { restore, type Restored, type RestoreOptions } from './restore.ts';
export { type Backup, backupsOfSeries, newestBackup, seriesOf } from './series.ts';
export { archiveFiles, type BackupOptions, type Backups, takeBackup } from './take.ts';
export { recorded } from './recorded.ts';
