import { Injectable } from '@nestjs/common';
import { EnvironmentsReader } from '@slipway/environments/contract';
import { missingFaults, refuseFaults } from '@slipway/kernel';
import { IsText } from '@slipway/platform';
import { ProjectsReader } from '@slipway/projects/contract';
import { Matches } from 'class-validator';

/** How many projects, and how many environments, a freeze may name. An empty list would mean all to some and nothing to others: it is refused. */
export const MAX_SCOPE = 200;

/** The text of an IANA name; whether there is such a zone is asked later. Offsets are none: they know no summer time. */
export function IsTimeZoneName() {
  return Matches(/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/, { message: 'must be an IANA time zone, such as Europe/Berlin' });
}

export class RecurrenceInput {
  /** RFC 5545. */
  @IsText(1, 300) rule!: string;
}

export interface FreezeScope {
  readonly projects?: readonly string[] | null;
  readonly environments?: readonly string[] | null;
}

/** Knows the projects and environments that a freeze may name. */
@Injectable()
export class FreezeScopes {
  constructor(
    private readonly projects: ProjectsReader,
    private readonly environments: EnvironmentsReader,
  ) {}

  /** Errors: DomainError `freeze.unknown-scope` naming every project and environment that does not exist. */
  async check({ projects, environments }: FreezeScope): Promise<void> {
    const named = (projects ?? []).map((slug, at) => [`/projects/${at}`, slug] as const);
    const errors = await missingFaults(named, 'project', (slug) => this.projects.find(slug));
    const unknown = await this.environments.faults((environments ?? []).map((slug, at) => [`/environments/${at}`, slug]));
    refuseFaults([...errors, ...unknown], 'freeze.unknown-scope', 'The freeze cannot be saved');
  }
}
