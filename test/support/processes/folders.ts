import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own below that of temporary files. */
export function temporaryFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'slipway-e2e-')));
}
