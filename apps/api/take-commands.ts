import type { INestApplicationContext } from '@nestjs/common';
import { CommandGateway, CommandIntake, type Composition, Readiness } from '@slipway/platform';

/** Commands of other services over the bus, from now on; resolves when they are taken. The topics must be there. */
export async function takeCommands({ bus, clock, log }: Composition, application: INestApplicationContext): Promise<CommandIntake> {
  const intake = new CommandIntake({ bus, gateway: application.get(CommandGateway), clock, log });
  application.get(Readiness).add({ name: 'commands from the bus', trouble: () => intake.trouble() });
  await intake.start();
  return intake;
}
