import { imageOf } from '../../images.ts'
import { limited, secretOf, type ComposeService } from '../compose-file.ts'

/** MySQL's own user in its image. */
const user = 999

/** MySQL 8.4, reached by those who use it and not from this machine. */
export const mysql: ComposeService = {
  image: imageOf('mysql'),
  user: `${user}:${user}`,
  command: ['--character-set-server=utf8mb4', '--collation-server=utf8mb4_unicode_520_ci'],
  environment: { MYSQL_ROOT_PASSWORD: secretOf('MYSQL_ROOT_PASSWORD') },
  volumes: ['mysql-data:/var/lib/mysql'],
  tmpfs: ['/tmp:mode=1777', `/var/run/mysqld:uid=${user},gid=${user}`],
  networks: ['database'],
  healthcheck: {
    // Over TCP, which the server that prepares an empty folder does not answer.
    test: ['CMD-SHELL', 'mysqladmin ping -h 127.0.0.1 -uroot -p"$$MYSQL_ROOT_PASSWORD"'],
    interval: '2s',
    timeout: '3s',
    retries: 60,
  },
  stop_grace_period: '2m',
  restart: 'unless-stopped',
  deploy: limited('2', '1G', 512),
}
