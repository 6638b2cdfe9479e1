/** W3C Trace Context: version, trace id, parent id, flags; not version ff, and no id of zeros. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A header as it came, or undefined where it is no trace context: whoever sends nonsense is traced anew, and not refused. */
export function traceparentIn(header: string | undefined): string | undefined {
  return header !== undefined && TRACEPARENT.test(header) ? header : undefined;
}
