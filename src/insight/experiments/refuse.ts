import { Refusal } from '../../kernel/errors.ts';
import { isRefused, type Refused } from '../core/experiment/index.ts';

/** A calculation's "no" as the product's. */
export const refusalOf = ({ refused, facts }: Refused, status = 422): Refusal => new Refusal(refused, facts, status);

/** The value, or null where the calculation says no: the page then says nothing about it. */
export const orNull = <T>(value: T | Refused): T | null => (isRefused(value) ? null : value);
