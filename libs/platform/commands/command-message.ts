import type { CommandMeta } from '@slipway/kernel';

/**
 * Base of every command class: DTO and bus key in one, shared by HTTP and Kafka. The gateway fills `meta` after the shape was checked;
 * it is no part of what a caller sends.
 */
export abstract class CommandMessage {
  declare meta: CommandMeta;
  /** Only look for what this command already came to: nothing new is decided. */
  declare recall?: boolean;
}

export type CommandClass = new () => CommandMessage;

/** `public` commands are reached over HTTP and Kafka, `internal` ones only by reactors, timers and consumers (decision 20). */
export type Exposure = 'public' | 'internal';

export interface DeclaredCommand {
  readonly name: string;
  readonly exposure: Exposure;
  readonly type: CommandClass;
}

const declared = new Map<CommandClass, DeclaredCommand>();

/** Declares a command under its class name. */
export function SlipwayCommand(exposure: Exposure) {
  return (type: CommandClass): void => {
    declared.set(type, { name: type.name, exposure, type });
  };
}

/** Every command whose class was loaded. */
export function declaredCommands(): DeclaredCommand[] {
  return [...declared.values()];
}
