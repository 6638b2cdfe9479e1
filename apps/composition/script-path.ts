import { delimiter } from 'node:path';

/** The PATH of scripts: the server's own, without what npm puts before it for the time of `npm start`, which are Slipway's tools and not the machine's. */
export function scriptPath(path: string | undefined): string | undefined {
  return path
    ?.split(delimiter)
    .filter((entry) => !/(^|[/\\])node_modules[/\\]\.bin[/\\]*$/.test(entry) && !entry.includes('node-gyp-bin'))
    .join(delimiter);
}
