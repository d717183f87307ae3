// Who may come in, in which role, and the groups that devices can be limited to.
import { listGroups } from '../../api/list-groups'
import { listPeople } from '../../api/list-people'
import { parseGroup, parsePerson } from '../../protocol/person'
import type { User } from '../../protocol/user'
import { LoadedContent } from '../forms/loaded-content'
import { useLiveList } from '../forms/use-live-list'
import { GroupsBlock } from './groups-block'
import { PeopleBlock } from './people-block'
import { rightsOf } from './people-rights'
import { useGroupNames } from './use-group-names'

export function PeopleSection({ user }: { readonly user: User }) {
  const people = useLiveList('person', listPeople, parsePerson)
  const groups = useLiveList('group', listGroups, parseGroup)
  useGroupNames(people, groups)
  return (
    <>
      <LoadedContent loaded={people.loaded}>
        {(all) => (
          <PeopleBlock
            people={all}
            groups={groups.loaded.state === 'there' ? groups.loaded.value : []}
            rights={rightsOf(user, all)}
            list={people}
          />
        )}
      </LoadedContent>
      {people.loaded.state !== 'failed' && (
        <LoadedContent loaded={groups.loaded}>
          {(all) => (
            <GroupsBlock
              groups={all}
              people={people.loaded.state === 'there' ? people.loaded.value : null}
              rights={rightsOf(user, [])}
              list={groups}
            />
          )}
        </LoadedContent>
      )}
    </>
  )
}
