import { type DynamicModule, Module } from '@nestjs/common';
import { type Composition, PlatformModule } from '@slipway/platform';
import { slices } from './slices';

/** Every slice's commands, queries and routes, over one composition. */
@Module({})
export class SlipwayModule {
  static of(parts: Composition): DynamicModule {
    return { module: SlipwayModule, imports: [PlatformModule.of(parts), ...slices.map(({ module }) => module)] };
  }
}
