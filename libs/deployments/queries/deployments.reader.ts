import { Injectable } from '@nestjs/common';
import { ReadModels } from '@slipway/platform';
import { type DeploymentPlace, DeploymentsReader } from '../contract';
import { deploymentsProjection } from '../projections/deployments';
import { deploymentsTable } from '../projections/deployments.tables';
import { notFound } from './deployments.query';

@Injectable()
export class StoredDeployments extends DeploymentsReader {
  constructor(private readonly models: ReadModels) {
    super();
  }

  async placeOf(deployment: string): Promise<DeploymentPlace> {
    const row = await this.models.asOfHead(deploymentsProjection, (snapshot) => snapshot.get(deploymentsTable, deployment));
    if (!row) throw notFound(deployment);
    const { project, release, environment, scheduled } = row;
    return { project, release, environment, scheduled };
  }
}
