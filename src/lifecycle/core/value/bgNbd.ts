import { betaGeometric } from './betaGeometric.ts';

/**
 * The BG/NBD model (Fader, Hardie & Lee 2005, "Counting your customers the easy way").
 * Customers may leave only right after a repeat purchase, so p(alive) of every one-time buyer is 1: never use it to say who is lost; `noPurchase` may be used.
 */
export const bgNbd = betaGeometric('bg_nbd', 0);
