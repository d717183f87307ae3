// What a role is called, and what it lets one do.
import { ROLES, type Person, type Role } from '../../protocol/person'

const LABELS: Record<Role, string> = {
  viewer: 'Viewer',
  operator: 'Operator',
  administrator: 'Administrator',
}

const MEANINGS: Record<Role, string> = {
  viewer: 'Sees devices, readings and notes.',
  operator: 'Sees everything a viewer sees, changes devices and metrics, writes notes, shares views.',
  administrator: 'May do everything here, and sees every device.',
}

export const ROLE_CHOICES: readonly { readonly value: string; readonly label: string }[] = [
  ...ROLES.map((role) => ({ value: role, label: LABELS[role] })),
  { value: '', label: 'No role' },
]

function known(role: string | null): Role | undefined {
  return ROLES.find((one) => one === role)
}

export function roleWords({ role, superuser }: Pick<Person, 'role' | 'superuser'>): string {
  if (superuser) return 'Superuser'
  const one = known(role)
  return one ? LABELS[one] : 'No role'
}

export function roleMeaning(role: string | null): string {
  const one = known(role)
  return one ? MEANINGS[one] : 'Sees nothing until a role is given.'
}
