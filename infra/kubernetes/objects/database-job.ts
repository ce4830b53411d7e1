import type { Job } from 'kubernetes-types/batch/v1.d.ts'
import type { Container, EnvVar } from 'kubernetes-types/core/v1.d.ts'
import { databaseUsers, type DatabaseUser } from '@movieverse/service/database-rights.ts'
import { imageOf } from '../../images.ts'
import { passwordSetting } from '../../workloads.ts'
import { labelsOf, metadataOf, usesMysql } from './labels.ts'
import { podOf, secretSetting } from './pods.ts'

/** Creates the database and its users, migrates, and seeds: each step may be run again at any time. */
export function databaseJob(): Job {
  const passwords = databaseUsers.map((user) => secretSetting(passwordSetting(user)))
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadataOf('database'),
    spec: {
      backoffLimit: 10,
      ttlSecondsAfterFinished: 3600,
      template: {
        metadata: { labels: { ...labelsOf('database'), ...usesMysql } },
        spec: podOf('database', [step('seed', urlAs('movieverse_migrator'))], {
          restartPolicy: 'OnFailure',
          initContainers: [
            step('create', [...passwords, ...urlAsRoot()]),
            step('migrate', urlAs('movieverse_migrator')),
          ],
        }),
      },
    },
  }
}

function step(name: string, env: readonly EnvVar[]): Container {
  return {
    name,
    image: imageOf('movieverse'),
    imagePullPolicy: 'IfNotPresent',
    args: [`scripts/db/${name}.ts`],
    env: [{ name: 'NODE_ENV', value: 'production' }, ...env],
    resources: {
      requests: { cpu: '100m', memory: '256Mi', 'ephemeral-storage': '64Mi' },
      limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '128Mi' },
    },
  }
}

/** DATABASE_URL of a MySQL user, put together by Kubernetes from the secret. */
export function urlAs(user: DatabaseUser): EnvVar[] {
  const password = passwordSetting(user)
  return [
    secretSetting(password),
    { name: 'DATABASE_URL', value: `mysql://${user}:$(${password})@mysql:3306/movieverse` },
  ]
}

function urlAsRoot(): EnvVar[] {
  return [
    secretSetting('MYSQL_ROOT_PASSWORD'),
    { name: 'DATABASE_URL', value: 'mysql://root:$(MYSQL_ROOT_PASSWORD)@mysql:3306/movieverse' },
  ]
}
