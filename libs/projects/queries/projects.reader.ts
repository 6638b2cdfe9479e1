import { Injectable } from '@nestjs/common';
import { Streams } from '@slipway/kernel';
import { ProjectsReader } from '../contract';
import { type ActiveProject, projectStream } from '../domain/project';
import { projectDecider } from '../domain/project.decider';

@Injectable()
export class StoredProjects extends ProjectsReader {
  constructor(private readonly streams: Streams) {
    super();
  }

  async find(slug: string): Promise<ActiveProject | undefined> {
    const { state } = await this.streams.load(projectDecider, projectStream(slug));
    return state.status === 'active' ? state : undefined;
  }
}
