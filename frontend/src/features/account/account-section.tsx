// One's own account: address, password, a second factor, and where one is signed in.
import { useState } from 'react'
import { fetchAccount } from '../../api/fetch-account'
import { Intro } from '../../components/intro'
import type { Account } from '../../protocol/account'
import type { User } from '../../protocol/user'
import { LoadedContent } from '../forms/loaded-content'
import { useLoaded } from '../forms/use-loaded'
import { EmailBlock } from './email-block'
import { PasswordBlock } from './password-block'
import { SessionsBlock } from './sessions-block'
import { TwoFactorBlock } from './two-factor-block'

export function AccountSection({ user }: { readonly user: User }) {
  const loaded = useLoaded(fetchAccount)
  return (
    <>
      <Intro
        words={
          <>
            You are signed in as <strong>{user.username}</strong>
            {user.role && `, ${user.role}`}.
          </>
        }
      />
      <LoadedContent loaded={loaded}>{(account) => <Blocks initial={account} />}</LoadedContent>
    </>
  )
}

function Blocks({ initial }: { readonly initial: Account }) {
  const [account, setAccount] = useState(initial)
  // A new password ends all other sessions: the list is asked for anew.
  const [passwords, setPasswords] = useState(0)
  return (
    <>
      <EmailBlock account={account} onChanged={setAccount} />
      <PasswordBlock
        account={account}
        onChanged={() => {
          setAccount({ ...account, hasPassword: true })
          setPasswords(passwords + 1)
        }}
      />
      <TwoFactorBlock
        account={account}
        onChanged={(twoFactor, recoveryCodesLeft) => setAccount({ ...account, twoFactor, recoveryCodesLeft })}
      />
      <SessionsBlock key={passwords} />
    </>
  )
}
