import { Injectable, type OnApplicationBootstrap, type Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { CommandHandler } from '@nestjs/cqrs';
import { DomainError } from '@slipway/kernel';
import { type CommandClass, type DeclaredCommand, declaredCommands } from './command-message';

const HANDLES = 'slipway:handles';

/** Registers a handler with the CommandBus, and with the start-up check that the bus lacks (it only warns of a second handler). */
export function Handles(command: CommandClass) {
  return (handler: Type<unknown>): void => {
    CommandHandler(command)(handler);
    Reflect.defineMetadata(HANDLES, command, handler);
  };
}

/** Knows every command by name; refuses to start when one has no handler, or two. */
@Injectable()
export class CommandRegistry implements OnApplicationBootstrap {
  private readonly byName = new Map<string, DeclaredCommand>();

  constructor(private readonly discovery: DiscoveryService) {}

  onApplicationBootstrap(): void {
    const handlers = new Map<CommandClass, string[]>();
    for (const { metatype } of this.discovery.getProviders()) {
      const command = metatype && (Reflect.getOwnMetadata(HANDLES, metatype) as CommandClass | undefined);
      if (command) handlers.set(command, [...(handlers.get(command) ?? []), metatype.name]);
    }
    for (const command of declaredCommands()) {
      const found = handlers.get(command.type) ?? [];
      if (found.length !== 1)
        throw new Error(
          `command ${command.name} has ${found.length === 0 ? 'no handler' : `${found.length} handlers: ${found.join(', ')}`}`,
        );
      if (this.byName.has(command.name)) throw new Error(`two commands are called ${command.name}`);
      this.byName.set(command.name, command);
    }
  }

  /** Errors: DomainError `command.unknown`, also for an internal command that is asked for from outside. */
  find(name: string, reach: 'public' | 'any'): DeclaredCommand {
    const command = this.byName.get(name);
    if (!command || (reach === 'public' && command.exposure !== 'public')) {
      throw new DomainError('invalid', 'command.unknown', `There is no command ${name}.`, { command: name });
    }
    return command;
  }
}
