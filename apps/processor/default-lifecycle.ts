import { hashedId, isDomainError, patiently, type Patience } from '@slipway/kernel';
import { DEFAULT_LIFECYCLE } from '@slipway/lifecycles/contract';
import type { CommandGateway } from '@slipway/platform';

/** The lifecycle of projects that name none exists from the first start on. Waits for an event store that is away. */
export async function createDefaultLifecycle(gateway: Pick<CommandGateway, 'send'>, patience: Patience): Promise<void> {
  const commandId = hashedId('bootstrap', 'lifecycle', DEFAULT_LIFECYCLE);
  try {
    const meta = { actor: 'slipway/bootstrap', commandId, correlationId: commandId, causationId: commandId };
    await patiently('the event store', () => gateway.send('CreateLifecycle', { slug: DEFAULT_LIFECYCLE, phases: [] }, meta), patience);
  } catch (error) {
    if (!isDomainError(error) || error.code !== 'lifecycle.already-exists') throw error;
  }
}
