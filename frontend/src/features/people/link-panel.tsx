// The link that lets somebody in, shown this once.
import { Button } from '../../components/button'
import { CopyText } from '../../components/copy-text'
import { Notice } from '../../components/notice'

type LinkPanelProps = { readonly username: string; readonly link: string; readonly onDone: () => void }

export function LinkPanel({ username, link, onDone }: LinkPanelProps) {
  return (
    <>
      <Notice tone="warn">
        Send this link to {username} and to nobody else: it signs them in once, within a day, and is not shown
        again.
      </Notice>
      <CopyText label="Sign-in link" text={link} testId="person-link" focused />
      <Button weight="main" onClick={onDone}>
        Done
      </Button>
    </>
  )
}
