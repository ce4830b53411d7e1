import { regions } from '@movieverse/regions/regions.ts'
import { useId, type ReactNode } from 'react'
import { Icon } from './icon.tsx'
import { useSite } from './site.tsx'

/** Shows the region that was chosen, and lets the visitor choose; without JavaScript by a button. */
export function RegionPicker(): ReactNode {
  const { shell, texts } = useSite()
  const { messages } = texts
  const id = useId()
  return (
    <form className="region" action="/site/region" data-leave title={messages.region.hint}>
      <input type="hidden" name="return" value={shell.url} />
      <label htmlFor={id}>
        <Icon name="pin" />
        {messages.region.label}
      </label>
      <select id={id} name="code" key={shell.region ?? ''} defaultValue={shell.region ?? ''} data-submit>
        <option value="">{messages.region.none}</option>
        {regions.map(({ code }) => (
          <option key={code} value={code}>
            {texts.region(code)}
          </option>
        ))}
      </select>
      <button className="button button-small without-script">{messages.region.choose}</button>
    </form>
  )
}
