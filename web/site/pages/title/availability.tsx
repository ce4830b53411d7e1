import { regions } from '@movieverse/regions/regions.ts'
import type { ReactNode } from 'react'
import type { TitleFactsFragment } from '../../api/generated/operations.ts'
import { SectionError } from '../../ui/section-error.tsx'
import { useSite } from '../../ui/site.tsx'

type Offers = NonNullable<TitleFactsFragment['availability']>
type Offer = Offers[number]

/** Where the title may be watched, region by region. */
export function AvailabilitySection({ availability }: { availability: Offers | null }): ReactNode {
  const { shell, texts } = useSite()
  const { title: words } = texts.messages
  return (
    <section aria-labelledby="where">
      <h2 id="where">{words.where}</h2>
      {availability === null ? (
        <SectionError />
      ) : (
        <>
          {shell.region !== null && <Here region={shell.region} availability={availability} />}
          {availability.length === 0 && <p className="hint">{words.nowhere}</p>}
          <ul className="offers">
            {regions.map(({ code }) => {
              const offers = availability.filter(({ region }) => region === code)
              return offers.length === 0 ? null : (
                <li key={code}>
                  <h3>{texts.region(code)}</h3>
                  <ul>
                    {offers.map((offer, index) => (
                      <OfferLine key={`${offer.availableFrom}${index}`} offer={offer} />
                    ))}
                  </ul>
                </li>
              )
            })}
          </ul>
        </>
      )}
    </section>
  )
}

function Here({ region, availability }: { region: string; availability: Offers }): ReactNode {
  const { texts } = useSite()
  const { title: words } = texts.messages
  const isHere = availability.some((offer) => offer.region === region)
  return (
    <p className={isHere ? 'notice notice-good' : 'notice'}>
      {(isHere ? words.hereYes : words.hereNo)(texts.region(region))}
    </p>
  )
}

function OfferLine({ offer }: { offer: Offer }): ReactNode {
  const { texts } = useSite()
  const { title: words } = texts.messages
  const { offerType, price, quality, availableFrom, availableUntil, audio, subtitles } = offer
  const names = (languages: Offer['audio']): string =>
    texts.list(languages.map(({ code, name }) => texts.languageName(code, name)))
  return (
    <li>
      <strong>{offerType ? words.offers[offerType] : words.offered}</strong>
      {price && <span>{texts.money(price.minorUnits, price.currency)}</span>}
      {quality && <span className="badge">{quality}</span>}
      {!availableFrom.startsWith('1970') && <span>{words.since(texts.date(availableFrom))}</span>}
      {availableUntil && <span>{words.until(texts.date(availableUntil))}</span>}
      {audio.length > 0 && <span>{`${words.audio}: ${names(audio)}`}</span>}
      {subtitles.length > 0 && <span>{`${words.subtitles}: ${names(subtitles)}`}</span>}
    </li>
  )
}
