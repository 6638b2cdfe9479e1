import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { DeployReleaseInput } from './deploy-release-step';

const faults = (input: object) =>
  validateSync(plainToInstance(DeployReleaseInput, input), { whitelist: true, forbidNonWhitelisted: true }).flatMap((error) =>
    Object.values(error.constraints ?? {}),
  );

describe('the input of a step that deploys a release', () => {
  it.each([[{}], [{ version: 'latest' }], [{ version: '1.4.0' }], [{ version: '2.0.0-rc.1+build.5', environment: 'staging' }]])(
    'is a project, and maybe a version and an environment: %j',
    (input) => {
      expect(faults({ project: 'shop', ...input })).toEqual([]);
    },
  );

  it.each(['', 'next', '1.4', 'v1.4.0', '#{Version}', '1.4.0/../x', '1.4.0 ', `1.4.0-${'x'.repeat(100)}`, 1, null])(
    'names no version like %j, which no release can have',
    (version) => {
      expect(faults({ project: 'shop', version })).toEqual(['version must be `latest`, or the version of a release such as 1.4.0']);
    },
  );

  it.each([{ project: 'Shop' }, { project: '#{Project}' }, { project: 'shop', environment: 'Staging!' }])(
    'names nothing like %j',
    (input) => {
      expect(faults(input)).toHaveLength(1);
    },
  );
});
