import { type OutboundHttp, pointerPart, type StepResult, type StepRunContext, type StepType } from '@slipway/kernel';
import { call, type Called } from '../outbound/call';
import { GIVEN_UP, type Look, poll } from '../outbound/polling';
import { intervalMs } from '../outbound/request-rules';
import { HttpInput, type Scalar } from './http-input';
import { valueAt } from './json-pointer';

/** Of a body: how much becomes the output, and how much is logged. */
const OUTPUT_BYTES = 8 * 1024;
const LOGGED_BYTES = 4 * 1024;
const SHOWN_VALUE = 100;

type Expand = (text: string, pointer: string) => string;

/** Calls a service once, or polls it until its JSON answer says so. */
export class HttpStep implements StepType {
  readonly name = 'http';
  readonly inputClass = HttpInput;

  constructor(private readonly outbound: OutboundHttp) {}

  readonly expandInput = (input: object, expand: Expand): object => {
    const { url, headers, body, until } = input as HttpInput;
    return {
      ...input,
      url: expand(url, '/url'),
      ...(headers && { headers: expanded(headers, '/headers', expand) }),
      ...(body !== undefined && { body: expanded(body, '/body', expand) }),
      ...(until && { until: { pointer: until.pointer, equals: expanded(until.equals, '/until/equals', expand) } }),
    };
  };

  readonly run = async (context: StepRunContext): Promise<StepResult> => {
    const input = context.input as HttpInput;
    const { until } = input;
    if (!until) return this.once(input, context);
    const look = async (): Promise<Look<Called>> => lookedAt(await this.call(input, context), until);
    const found = await poll(context, intervalMs(input.interval), look);
    if (!found) return GIVEN_UP;
    await logBody(found, context);
    return { kind: 'succeeded', outputs: outputsOf(found) };
  };

  private async once(input: HttpInput, context: StepRunContext): Promise<StepResult> {
    const called = await this.call(input, context);
    await context.output('slipway', Buffer.from(`${called.lines.join('\n')}\n`));
    await logBody(called, context);
    const outputs = outputsOf(called);
    if (called.expected) return { kind: 'succeeded', outputs };
    const wanted = input.expectStatus?.join(', ') ?? 'any 2xx';
    return { kind: 'failed', error: `${called.lines.at(-1)}, where the step expects ${wanted}`, outputs };
  }

  private call({ method = 'GET', url, headers = {}, body, expectStatus }: HttpInput, { signal }: StepRunContext): Promise<Called> {
    const request = { method, url, expectStatus, signal };
    if (body === undefined || typeof body === 'string')
      return call(this.outbound, { ...request, headers, ...(body !== undefined && { body }) });
    const typed = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
    const all = typed ? headers : { ...headers, 'content-type': 'application/json' };
    return call(this.outbound, { ...request, headers: all, body: JSON.stringify(body) });
  }
}

/** Every text in it expanded; names stay. */
function expanded(value: unknown, pointer: string, expand: Expand): unknown {
  if (typeof value === 'string') return expand(value, pointer);
  if (Array.isArray(value)) return value.map((member, at) => expanded(member, `${pointer}/${at}`, expand));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, expanded(member, `${pointer}/${pointerPart(name)}`, expand)]),
  );
}

function lookedAt(called: Called, { pointer, equals }: { pointer: string; equals: Scalar }): Look<Called> {
  const way = called.lines.join(' → ');
  const { status, cut, body } = called.answer;
  if (!called.expected) return { state: `${status}`, words: `${way}: not a status that is expected` };
  if (cut) return { state: `${status}, cut`, words: `${way}: too long to be read as JSON` };
  const json = parsed(body);
  if (!json) return { state: `${status}, no JSON`, words: `${way}: the answer is no JSON` };
  const value = valueAt(json.value, pointer);
  const shown = value === undefined ? 'nothing' : (JSON.stringify(value) ?? '').slice(0, SHOWN_VALUE);
  const seen = { state: `${status}, ${shown}`, words: `${way}: ${pointer || 'the answer'} is ${shown}` };
  return isEqual(value, equals) ? { ...seen, found: called } : seen;
}

/** Variables are texts, so a text also equals the number, `true`, `false` or `null` that it spells. */
function isEqual(value: unknown, wanted: Scalar): boolean {
  if (value === wanted) return true;
  return (
    typeof wanted === 'string' && (value === null || typeof value === 'number' || typeof value === 'boolean') && String(value) === wanted
  );
}

function parsed(body: Buffer): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder().decode(body)) };
  } catch {
    return undefined;
  }
}

function outputsOf({ answer }: Called): Record<string, string> {
  const text = textOf(answer.body, OUTPUT_BYTES);
  return { Status: String(answer.status), ...(text !== undefined && { Body: text }) };
}

async function logBody({ answer: { body } }: Called, { output }: StepRunContext): Promise<void> {
  if (body.length === 0) return;
  const text = textOf(body, LOGGED_BYTES);
  if (text === undefined) return output('slipway', Buffer.from(`The answer has ${body.length} bytes that are no text.\n`));
  await output('stdout', Buffer.from(text.endsWith('\n') ? text : `${text}\n`));
  if (body.length > LOGGED_BYTES) await output('slipway', Buffer.from(`These were the first ${LOGGED_BYTES} bytes of ${body.length}.\n`));
}

/** The first bytes as text, without half a character at their end; undefined where they are none (another encoding, or binary). */
function textOf(bytes: Buffer, most: number): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, most), { stream: bytes.length > most });
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
