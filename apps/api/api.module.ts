import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '@slipway/audit/audit.module';
import { DeploymentsModule } from '@slipway/deployments/deployments.module';
import { EnvironmentsModule } from '@slipway/environments/environments.module';
import { FreezesModule } from '@slipway/freezes/freezes.module';
import { LifecyclesModule } from '@slipway/lifecycles/lifecycles.module';
import { NotificationsModule } from '@slipway/notifications/notifications.module';
import { type Composition, PlatformModule } from '@slipway/platform';
import { ProjectsModule } from '@slipway/projects/projects.module';
import { ReleasesModule } from '@slipway/releases/releases.module';

/** Every slice's commands, queries and routes, over one composition. */
@Module({})
export class ApiModule {
  static of(parts: Composition): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        PlatformModule.of(parts),
        EnvironmentsModule,
        LifecyclesModule,
        ProjectsModule,
        FreezesModule,
        ReleasesModule,
        DeploymentsModule,
        AuditModule,
        NotificationsModule,
      ],
    };
  }
}
