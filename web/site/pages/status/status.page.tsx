import { regions } from '@movieverse/regions/regions.ts'
import type { ReactNode } from 'react'
import type { Texts } from '../../messages/texts.ts'
import { useSite } from '../../ui/site.tsx'
import type { StatusData } from './status.data.ts'

export function StatusPage({ services, links, checkedAt }: StatusData): ReactNode {
  const { texts } = useSite()
  const { status } = texts.messages
  const allUp = services.every(({ health }) => health === 'up')
  return (
    <div className="narrow">
      <h1>{status.heading}</h1>
      <p className={allUp ? 'notice notice-good' : 'notice notice-bad'} role="status">
        {allUp ? status.allUp : status.someDown}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">{status.service}</th>
            <th scope="col">{status.health}</th>
            <th scope="col">{status.time}</th>
          </tr>
        </thead>
        <tbody>
          {services.map(({ name, health, milliseconds }) => (
            <tr key={name}>
              <th scope="row">{nameOf(name, texts)}</th>
              <td>
                <span className={`health health-${health}`}>{status[health]}</span>
              </td>
              <td>{milliseconds === null ? '–' : texts.milliseconds(milliseconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="hint">{status.checked(texts.time(checkedAt))}</p>
      {links.length > 0 && (
        <section aria-labelledby="tools">
          <h2 id="tools">{status.tools}</h2>
          <p className="button-row">
            {links.map(({ name, url }) => (
              <a key={name} className="button" href={url} data-leave>
                {name}
              </a>
            ))}
          </p>
        </section>
      )}
    </div>
  )
}

function nameOf(service: string, texts: Texts): string {
  const ofRegion = regions.find(({ slug }) => slug === service)
  return ofRegion ? texts.region(ofRegion.code) : (texts.messages.status.services[service] ?? service)
}
