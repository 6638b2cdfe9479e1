import { Injectable } from '@nestjs/common';
import { Streams } from '@slipway/kernel';
import { ProjectsReader } from '../contract';
import { type ActiveProject, activeProject, projectStream } from '../domain/project';
import { projectDecider } from '../domain/project.decider';
import { checkTogether } from '../domain/variable-sets/included-variables';
import { projectWithSets } from './project-with-sets';

@Injectable()
export class StoredProjects extends ProjectsReader {
  constructor(private readonly streams: Streams) {
    super();
  }

  async find(slug: string): Promise<ActiveProject | undefined> {
    const { state } = await this.streams.load(projectDecider, projectStream(slug));
    return state.status === 'active' ? state : undefined;
  }

  async existing(slug: string): Promise<ActiveProject> {
    return activeProject((await this.streams.existing(projectDecider, projectStream(slug))).state);
  }

  async releasable(slug: string): Promise<ActiveProject> {
    const whole = await projectWithSets(this.streams, await this.existing(slug));
    checkTogether(whole.variables.variables);
    return whole;
  }

  async supersedesQueued(slug: string): Promise<boolean> {
    return (await this.find(slug))?.project.supersedeQueued ?? false;
  }
}
