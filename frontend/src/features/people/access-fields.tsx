// A person's role and groups.
import { CheckList } from '../../components/check-list'
import { SelectField } from '../../components/select-field'
import type { Group, Person } from '../../protocol/person'
import { ROLE_CHOICES, roleMeaning } from './role-words'

export type AccessOf = Pick<Person, 'role' | 'groups'>

type AccessFieldsProps = {
  readonly access: AccessOf
  readonly groups: readonly Group[]
  readonly onChange: (access: AccessOf) => void
  readonly fault: (field: string) => string | undefined
  /** Nobody takes a role from oneself. */
  readonly isRoleFixed?: boolean
}

export function AccessFields({ access, groups, onChange, fault, isRoleFixed = false }: AccessFieldsProps) {
  const names = [...new Set([...groups.map(({ name }) => name), ...access.groups])].sort()
  return (
    <>
      <SelectField
        label="Role"
        hint={roleMeaning(access.role)}
        value={access.role ?? ''}
        error={fault('role')}
        disabled={isRoleFixed}
        onChange={(event) => onChange({ ...access, role: event.target.value || null })}
      >
        {ROLE_CHOICES.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      {names.length > 0 && (
        <CheckList
          label="Groups"
          hint="A device that is limited to a group is seen only by who is in it."
          error={fault('groups')}
          options={names.map((name) => ({ value: name, label: name }))}
          chosen={access.groups}
          onChange={(chosen) => onChange({ ...access, groups: chosen })}
        />
      )}
    </>
  )
}
