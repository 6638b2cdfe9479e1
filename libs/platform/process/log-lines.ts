import { workAtHand } from '@slipway/kernel';
import type { Level, Said } from './console-log';

/** For people: time, level, words, and the facts as JSON. */
export function textLine({ time, level, message, facts }: Said): string {
  const told = Object.keys(facts).length > 0 ? ` ${JSON.stringify(facts)}` : '';
  return `${time} ${level.toUpperCase().padEnd(5)} ${message}${told}`;
}

/** For machines: one object a line, with the work that it was said of, as far as that is known. Stacks are for those who look for a fault: at level debug. */
export function jsonLine(process: string, level: Level): (said: Said) => string {
  return (said) => {
    const { correlationId, traceparent } = workAtHand();
    const { stack, ...rest } = said.facts;
    const facts = level === 'debug' && stack !== undefined ? { ...rest, stack } : rest;
    return JSON.stringify({
      time: said.time,
      level: said.level,
      process,
      message: said.message,
      correlationId,
      traceId: traceparent?.split('-')[1],
      ...(Object.keys(facts).length > 0 ? { facts } : {}),
    });
  };
}
