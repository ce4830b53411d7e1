import { regions } from '@movieverse/regions/regions.ts'
import type { ReactNode } from 'react'
import { SectionError } from '../../ui/section-error.tsx'
import { SignInHint } from '../../ui/sign-in-hint.tsx'
import { useSite } from '../../ui/site.tsx'
import type { Choice, ProfileData, ViewerProfile } from './profile.data.ts'

export function ProfilePage({ profile, genres, languages, notice }: ProfileData): ReactNode {
  const { shell, texts } = useSite()
  const { profile: words } = texts.messages
  return (
    <div className="narrow">
      <h1>{words.heading}</h1>
      {notice !== null && (
        <p className={`notice notice-alert ${notice === 'saved' ? 'notice-good' : 'notice-bad'}`} role="status">
          {words[notice]}
        </p>
      )}
      {!shell.isSignedIn && <SignInHint text={words.signIn} />}
      {shell.isSignedIn && profile === null && <SectionError />}
      {profile !== null && (
        <>
          <p className="hint">{words.since(texts.date(profile.createdAt))}</p>
          <ProfileForm profile={profile} genres={genres} languages={languages} />
          <OwnData />
        </>
      )}
    </div>
  )
}

interface ProfileFormProps {
  readonly profile: ViewerProfile
  readonly genres: readonly Choice[]
  readonly languages: readonly Choice[]
}

function ProfileForm({ profile, genres, languages }: ProfileFormProps): ReactNode {
  const { shell, texts } = useSite()
  const { profile: words } = texts.messages
  return (
    <form className="stack" method="post" action="/site/do/profile" data-action>
      <input type="hidden" name="token" value={shell.formToken ?? ''} />
      <label>
        <span>{words.name}</span>
        <input name="name" defaultValue={profile.displayName ?? ''} maxLength={80} autoComplete="nickname" />
      </label>
      <label>
        <span>{words.region}</span>
        <select name="region" defaultValue={profile.region ?? ''}>
          <option value="">{words.noRegion}</option>
          {regions.map(({ code }) => (
            <option key={code} value={code}>
              {texts.region(code)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{words.maturity}</span>
        <select name="maturity" defaultValue={profile.maturity}>
          {(['CHILD', 'TEEN', 'ADULT'] as const).map((maturity) => (
            <option key={maturity} value={maturity}>
              {words.maturities[maturity]}
            </option>
          ))}
        </select>
      </label>
      <Choices label={words.genres} prefix="genre-" choices={genres} chosen={profile.genres} />
      <Choices label={words.languages} prefix="language-" choices={languages} chosen={profile.languages} />
      <label>
        <span>{words.services}</span>
        <input name="services" defaultValue={profile.services.join(', ')} aria-describedby="services-hint" />
        <small id="services-hint">{words.servicesHint}</small>
      </label>
      <p>
        <button className="button button-main">{words.save}</button>
      </p>
    </form>
  )
}

interface ChoicesProps {
  readonly label: string
  readonly prefix: string
  readonly choices: readonly Choice[]
  readonly chosen: readonly string[]
}

/** What is chosen comes first: some lists are long. */
function Choices({ label, prefix, choices, chosen }: ChoicesProps): ReactNode {
  const isChosen = ({ code }: Choice): boolean => chosen.includes(code)
  const ordered = [...choices.filter(isChosen), ...choices.filter((choice) => !isChosen(choice))]
  return (
    <fieldset>
      <legend>{label}</legend>
      <div className="choices">
        {ordered.map(({ code, name }) => (
          <label key={code} className="choice">
            <input type="checkbox" name={prefix + code} defaultChecked={chosen.includes(code)} />
            <span>{name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function OwnData(): ReactNode {
  const { shell, texts } = useSite()
  const { profile: words } = texts.messages
  return (
    <section className="stack" aria-labelledby="own-data">
      <h2 id="own-data">{words.data}</h2>
      <p>{words.exportText}</p>
      <p>
        <a className="button" href="/site/export" download data-leave>
          {words.export}
        </a>
      </p>
      <p>
        <a href="/account" data-leave>
          {words.account}
        </a>
      </p>
      <form className="danger" method="post" action="/site/erase" data-leave>
        <p>{words.eraseText}</p>
        <input type="hidden" name="token" value={shell.formToken ?? ''} />
        <label className="choice">
          <input type="checkbox" name="confirm" value="yes" required />
          <span>{words.eraseConfirm}</span>
        </label>
        <button className="button button-danger">{words.erase}</button>
      </form>
    </section>
  )
}
