// The recovery codes, shown this once: to copy, or to keep as a file.
import { Button } from '../../components/button'
import { Buttons } from '../../components/buttons'
import { CopyText } from '../../components/copy-text'
import { Icon } from '../../components/icon'
import { LinkButton } from '../../components/link-button'
import { Notice } from '../../components/notice'

type RecoveryCodesProps = {
  readonly codes: readonly string[]
  readonly username: string
  readonly onDone: () => void
}

export function RecoveryCodes({ codes, username, onDone }: RecoveryCodesProps) {
  const text = codes.join('\n')
  const file = `Recovery codes of ${username} at ${window.location.host}, each good once:\n\n${text}\n`
  return (
    <>
      <Notice tone="warn">
        Two-factor is on. Should you lose your phone, each of these codes opens your account once. They are
        not shown again.
      </Notice>
      <CopyText label="Recovery codes" text={text} testId="recovery-codes" focused />
      <Buttons>
        <LinkButton
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(file)}`}
          download="sense-live-recovery-codes.txt"
        >
          <Icon name="download" /> Download
        </LinkButton>
        <Button weight="main" onClick={onDone}>
          I have kept them
        </Button>
      </Buttons>
    </>
  )
}
