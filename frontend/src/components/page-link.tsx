// A link to another screen of this page.
import type { ComponentProps, MouseEvent } from 'react'
import { goTo } from './navigation'

type PageLinkProps = ComponentProps<'a'> & { readonly href: string }

export function PageLink({ href, onClick, ...rest }: PageLinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0
    if (elsewhere || event.defaultPrevented) return
    event.preventDefault()
    goTo(href)
  }
  return <a href={href} onClick={follow} {...rest} />
}
