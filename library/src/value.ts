/**
 * What customers will still bring: BG/NBD, MBG/NBD, Pareto/NBD, NBD, BG/BB, Gamma-Gamma and shifted-beta-geometric, fitted by maximum likelihood with their
 * uncertainty, and what follows from them. Papers and equations: README.md. Nothing here returns NaN: a fit or a figure that cannot be had is a coded refusal.
 */
export * from '../../src/lifecycle/core/value/index.ts';
export { type Random, seeded } from '../../src/kernel/random.ts';
