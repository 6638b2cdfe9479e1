import { type Ask, HttpClient, type HttpAnswer } from '../../../test/support/http-client';
import { Contract } from './contract.fixture';
import type { Document } from './document';
import { examples } from './examples';
import { pathParameters } from './parameters';
import { RecordedAnswers } from './recorded-answers.fixture';

export type Route = Readonly<Record<string, string>>;
export type CallOptions = Ask & { readonly route?: Route; readonly query?: string };

/** Calls operations as the document describes them, and holds each answer to it. */
export class DocumentedCalls {
  readonly recorded = new RecordedAnswers();

  private constructor(
    private readonly http: HttpClient,
    readonly contract: Contract,
  ) {}

  static async to(address: string): Promise<DocumentedCalls> {
    const http = new HttpClient(address);
    return new DocumentedCalls(http, new Contract((await http.ask('GET', '/openapi.json')).json as Document));
  }

  close(): void {
    this.http.close();
  }

  /** Calls an operation with the documented values of its path parameters, or others. */
  async call(operationId: string, options: CallOptions = {}): Promise<HttpAnswer> {
    const { method, path } = this.contract.operation(operationId);
    const { route = {}, query = '', ...ask } = options;
    const address = path.replace(/\{(\w+)\}/g, (_whole, name: string) =>
      encodeURIComponent(route[name] ?? pathParameters[name]?.example ?? name),
    );
    const answer = await this.http.ask(method.toUpperCase(), `${address}${query}`, {
      ...ask,
      headers: { 'slipway-actor': 'ada', ...ask.headers },
    });
    this.contract.check(operationId, answer);
    this.record(operationId, answer);
    return answer;
  }

  async accepted(operationId: string, options: CallOptions = {}): Promise<HttpAnswer> {
    const answer = await this.call(operationId, options);
    if (answer.status >= 300) throw new Error(`${operationId}: ${answer.text}`);
    return answer;
  }

  /** Every documented body, in its order. */
  async sendExamples(operationId: string, route: Route = {}): Promise<HttpAnswer[]> {
    const answers: HttpAnswer[] = [];
    for (const { value } of Object.values(examples[operationId] ?? {})) {
      this.contract.checkBody(operationId, value);
      answers.push(await this.accepted(operationId, { body: value, route }));
    }
    return answers;
  }

  /** Kinds of problems are shown once, whatever they are about. */
  private record(operationId: string, { status, json }: HttpAnswer): void {
    const response = this.contract.operation(operationId).operation.responses[String(status)];
    if (response && '$ref' in response) this.recorded.saw(response.$ref.split('/').at(-1) ?? '', json);
    else if (status < 300 && json !== undefined) this.recorded.saw(operationId, json);
  }
}
