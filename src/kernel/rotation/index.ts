/** Rotation of data keys while everybody works on. */
export { registerSealed, type SealedPlace, sealedColumn } from './places.ts';
export { keysNow, type KeysNow, rotate, rotationJobs, rotationTick, startRotation } from './rotate.ts';
