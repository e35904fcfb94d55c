import { betaGeometric } from './betaGeometric.ts';

/** The MBG/NBD model (Batislam, Denizel & Filiztekin 2007): as BG/NBD, but customers may also leave right after their first purchase. */
export const mbgNbd = betaGeometric('mbg_nbd', 1);
