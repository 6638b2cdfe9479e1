import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PrometheusMetrics } from '@slipway/adapters/metrics/prometheus/prometheus-metrics';
import { OpenTelemetryTracing } from '@slipway/adapters/tracing/opentelemetry/opentelemetry-tracing';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { followWork, type Log, silentTracing, Telemetry } from '@slipway/kernel';
import type { Settings } from '@slipway/platform';
import type { ProcessName } from './mixes';

/** What a process tells of its work, as the settings want it: figures always, traces where a collector is named. */
export async function openTelemetry(name: ProcessName, settings: Settings, log: Log): Promise<Telemetry> {
  const version = versionOf(__dirname);
  const endpoint = settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  const tracing =
    endpoint === ''
      ? silentTracing
      : await OpenTelemetryTracing.open({ endpoint, service: `slipway-${name}`, version, random: new SystemRandom(), log });
  const metrics = new PrometheusMetrics({ version, process: name });
  if (endpoint !== '' || settings.LOG_FORMAT === 'json') followWork();
  return new Telemetry(metrics, tracing);
}

/** Of the package that the folder is in, built or not. */
function versionOf(folder: string): string {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return versionOf(dirname(folder));
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
