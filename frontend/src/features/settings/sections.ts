// The parts of the settings, and who is shown which.
import type { ComponentType } from 'react'
import type { User } from '../../protocol/user'
import { AccountSection } from '../account/account-section'
import { AuditSection } from '../audit/audit-section'
import { PeopleSection } from '../people/people-section'
import { SharingSection } from '../sharing/sharing-section'
import { WebhooksSection } from '../webhooks/webhooks-section'

export type SectionProps = { readonly user: User }

export type Section = {
  readonly slug: string
  readonly title: string
  readonly words: string
  /** Null for everybody. */
  readonly permission: string | null
  readonly Content: ComponentType<SectionProps>
}

const SECTIONS: readonly Section[] = [
  {
    slug: 'account',
    title: 'Account',
    words: 'E-mail, password, where you are signed in',
    permission: null,
    Content: AccountSection,
  },
  {
    slug: 'people',
    title: 'People',
    words: 'Who may come in, and who may see what',
    permission: 'view_user',
    Content: PeopleSection,
  },
  {
    slug: 'sharing',
    title: 'Sharing',
    words: 'Links that show devices to strangers',
    permission: 'add_sharelink',
    Content: SharingSection,
  },
  {
    slug: 'webhooks',
    title: 'Webhooks',
    words: 'Tell other programs what happens here',
    permission: 'view_webhook',
    Content: WebhooksSection,
  },
  {
    slug: 'audit',
    title: 'Audit',
    words: 'Who did what, and when',
    permission: 'view_logentry',
    Content: AuditSection,
  },
]

export function sectionsFor(user: User): readonly Section[] {
  return SECTIONS.filter(({ permission }) => permission === null || user.permissions.includes(permission))
}

/** Of the address: /settings/people/ is "people"; empty for the list of all. */
export function slugOf(path: string): string {
  return path.split('/')[2] ?? ''
}
