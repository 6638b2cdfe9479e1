export interface OutboundRequest {
  readonly method: string;
  /** http or https, without credentials. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From now to the last byte of the answer, milliseconds. */
  readonly timeoutMs: number;
  /** Of a longer answer only so much is read. */
  readonly maxBodyBytes: number;
  /** The answer's head is all that is wanted: once it is there, a body that breaks off or is not whole in time is cut, and no failure. Default: false. */
  readonly headDecides?: boolean;
  /** Ends it at once, its connection closed. */
  readonly signal: AbortSignal;
}

export interface OutboundAnswer {
  readonly status: number;
  /** By lower case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** There was more of the answer, or was to be, than `body` holds. */
  readonly cut: boolean;
  /** From the request to the end of the answer. */
  readonly ms: number;
}

/**
 * The one door for calls to addresses that people configure (steps, webhooks): it calls only what the egress policy lets through, at the very address that was
 * checked. One exchange; redirects are answers, not followed. Errors: DomainError `egress.refused`; InfrastructureError `outbound.failed` (retryable) for
 * everything between here and a whole answer, in words that name the host and hold neither credentials nor a stack.
 */
export abstract class OutboundHttp {
  abstract send(request: OutboundRequest): Promise<OutboundAnswer>;
}
