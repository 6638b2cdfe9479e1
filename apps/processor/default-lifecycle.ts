import { hashedId, isDomainError } from '@slipway/kernel';
import { DEFAULT_LIFECYCLE } from '@slipway/lifecycles/contract';
import type { CommandGateway } from '@slipway/platform';

/** The lifecycle of projects that name none exists from the first start on. */
export async function createDefaultLifecycle(gateway: CommandGateway): Promise<void> {
  const commandId = hashedId('bootstrap', 'lifecycle', DEFAULT_LIFECYCLE);
  try {
    await gateway.send(
      'CreateLifecycle',
      { slug: DEFAULT_LIFECYCLE, phases: [] },
      { actor: 'slipway/bootstrap', commandId, correlationId: commandId, causationId: commandId },
    );
  } catch (error) {
    if (!isDomainError(error) || error.code !== 'lifecycle.already-exists') throw error;
  }
}
