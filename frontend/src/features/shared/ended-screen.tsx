// Where a link leads that is wrong, too old, or was ended: which of these is nobody's business.
import { Logo } from '../../components/logo'
import { MessageScreen } from '../../components/message-screen'

export function EndedScreen() {
  return (
    <MessageScreen title="There is nothing behind this link" testId="link-over" sign={<Logo size={40} />}>
      <p role="status">
        It may have expired, or whoever shared it has ended it. Perhaps a part of it is missing, too: it has
        to be copied whole. Ask for a new one.
      </p>
    </MessageScreen>
  )
}
