import { Injectable, type OnApplicationBootstrap, type Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { CommandHandler } from '@nestjs/cqrs';
import { DomainError, InfrastructureError } from '@slipway/kernel';
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

  /** A command that outsiders may send. Errors: DomainError `command.unknown`. */
  public(name: string): DeclaredCommand {
    const command = this.byName.get(name);
    if (command?.exposure === 'public') return command;
    throw new DomainError('invalid', 'command.unknown', `There is no command ${name}.`, { command: name });
  }

  /** Any command. An unknown one is a mistake in our own code, and no refusal that could be passed over: InfrastructureError `command.unknown`. */
  any(name: string): DeclaredCommand {
    const command = this.byName.get(name);
    if (command) return command;
    throw new InfrastructureError('command.unknown', `there is no command ${name}`, false);
  }
}
