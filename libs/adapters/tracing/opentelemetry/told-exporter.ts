import type { ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { type Log, messageOf } from '@slipway/kernel';

/** ExportResultCode.SUCCESS, without loading its library. */
const SUCCESS = 0;

/** An exporter that says when its collector is away, and when it is back: once each, not for every batch. */
export class ToldExporter implements SpanExporter {
  private away = false;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly url: string,
    private readonly log: Log,
  ) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.exporter.export(spans, (result) => {
      this.tell(result);
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  forceFlush(): Promise<void> {
    return this.exporter.forceFlush?.() ?? Promise.resolve();
  }

  private tell({ code, error }: ExportResult): void {
    const away = Number(code) !== SUCCESS;
    if (away === this.away) return;
    this.away = away;
    if (away) this.log.warn(`traces cannot be sent to ${this.url}: they are dropped until it answers`, { reason: messageOf(error) });
    else this.log.info(`traces are sent to ${this.url} again`);
  }
}
