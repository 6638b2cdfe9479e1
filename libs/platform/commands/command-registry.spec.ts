import { Module, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { type CommandClass, CommandMessage, declaredCommands, SlipwayCommand } from './command-message';
import { CommandRegistry, Handles } from './command-registry';

@SlipwayCommand('public')
class OpenDoor extends CommandMessage {}

@SlipwayCommand('internal')
class OilHinges extends CommandMessage {}

function handlerOf(command: CommandClass, name: string): Type<unknown> {
  const handler = { [name]: class {} }[name]!;
  Handles(command)(handler);
  return handler;
}

const opens = handlerOf(OpenDoor, 'OpenDoorHandler');
const oils = handlerOf(OilHinges, 'OilHingesHandler');

describe('the registry of commands', () => {
  async function registryOf(providers: Type<unknown>[]): Promise<CommandRegistry> {
    @Module({ imports: [DiscoveryModule], providers: [CommandRegistry, ...providers] })
    class Handlers {}

    const module = await Test.createTestingModule({ imports: [Handlers] }).compile();
    await module.init();
    return module.get(CommandRegistry);
  }

  it('knows every declared command by the name of its class', async () => {
    const registry = await registryOf([opens, oils]);
    expect(registry.public('OpenDoor')).toEqual({ name: 'OpenDoor', exposure: 'public', type: OpenDoor });
    expect(declaredCommands().map((command) => command.name)).toEqual(expect.arrayContaining(['OpenDoor', 'OilHinges']));
  });

  it('reaches internal commands from inside only', async () => {
    const registry = await registryOf([opens, oils]);
    expect(registry.any('OilHinges').type).toBe(OilHinges);
    expect(() => registry.public('OilHinges')).toThrow('There is no command OilHinges.');
    expect(() => registry.any('toString')).toThrow('there is no command toString');
  });

  it('does not start when a command has no handler', async () => {
    await expect(registryOf([opens])).rejects.toThrow('command OilHinges has no handler');
  });

  it('does not start when a command has two handlers, and names them', async () => {
    await expect(registryOf([opens, oils, handlerOf(OpenDoor, 'SecondHandler')])).rejects.toThrow(
      'command OpenDoor has 2 handlers: OpenDoorHandler, SecondHandler',
    );
  });

  it('does not start when two commands have one name', async () => {
    const Twin = { OpenDoor: class extends CommandMessage {} }.OpenDoor;
    SlipwayCommand('internal')(Twin);
    await expect(registryOf([opens, oils, handlerOf(Twin, 'TwinHandler')])).rejects.toThrow('two commands are called OpenDoor');
  });
});
