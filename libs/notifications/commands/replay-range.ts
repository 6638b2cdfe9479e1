import { misfit } from '@slipway/platform';

/** Errors: DomainError `request.invalid` for what ends before it begins, or begins behind the log's end: it would wait for what is sent anyway. */
export function checkReplayRange(from: string, to: string | undefined, head: bigint): void {
  if (BigInt(from) > head) throw misfit([{ pointer: '/from', message: `must not be greater than ${head}, where the log ends` }]);
  if (to !== undefined && BigInt(to) < BigInt(from)) throw misfit([{ pointer: '/to', message: 'must not be before from' }]);
}
