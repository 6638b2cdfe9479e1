import type { JsonSchema } from '@slipway/platform';

export interface Reference {
  readonly $ref: string;
}

export interface MessageExample {
  readonly name: string;
  readonly summary?: string;
  readonly headers: object;
  readonly payload: unknown;
}

/** The parts of an AsyncAPI document that are worked on here. */
export interface MessageObject {
  readonly name: string;
  readonly title?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly contentType?: string;
  readonly headers: JsonSchema;
  readonly payload: JsonSchema;
  readonly bindings: { readonly kafka: { readonly key: JsonSchema } };
  readonly examples: readonly MessageExample[];
}

export interface Channel {
  /** null: messages say where. */
  readonly address: string | null;
  readonly title: string;
  readonly description: string;
  readonly parameters?: Readonly<Record<string, { readonly description: string }>>;
  readonly messages: Readonly<Record<string, Reference>>;
  readonly tags?: readonly { readonly name: string }[];
}

export interface Operation {
  readonly action: 'send' | 'receive';
  readonly channel: Reference;
  readonly summary?: string;
  readonly messages: readonly Reference[];
  readonly reply?: {
    readonly address: { readonly location: string; readonly description: string };
    readonly channel: Reference;
    readonly messages: readonly Reference[];
  };
}

export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly defaultContentType: string;
  readonly channels: Readonly<Record<string, Channel>>;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly components: {
    readonly messages: Readonly<Record<string, MessageObject>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
}

/** A part of the document: what one kind of topic adds to it. */
export interface Part {
  readonly channels: Readonly<Record<string, Omit<Channel, 'messages'>>>;
  /** By the channel that they belong to. */
  readonly messages: Readonly<Record<string, readonly MessageObject[]>>;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

export function channelRef(channel: string): Reference {
  return { $ref: `#/channels/${channel}` };
}

/** A message as operations refer to it. */
export function messageRef(channel: string, name: string): Reference {
  return { $ref: `#/channels/${channel}/messages/${name}` };
}

/** The key of a message: what it says, in words. */
export function keyed(description: string): MessageObject['bindings'] {
  return { kafka: { key: { type: 'string', description } } };
}
