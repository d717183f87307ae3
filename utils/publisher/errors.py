"""Every way in which the publisher gives up, each with a sentence that says how to mend it."""


class PublisherError(Exception):
    """Something that the user can mend; its text is shown as it stands."""


class SensorUnavailable(PublisherError):
    """A sensor that cannot be opened, or has gone."""


class SpoolUnusable(PublisherError):
    """A spool file that cannot be opened, written or locked."""


class SpoolBusy(SpoolUnusable):
    """Another publisher uses the same spool."""


class ProtocolError(PublisherError):
    """The server sent something that the protocol does not know."""


class NoAnswer(PublisherError):
    """The server did not answer in time."""


class ServerClockMoved(PublisherError):
    """Readings were dated by a server's clock that has been set back since."""


class NothingAccepted(PublisherError):
    """The server refuses one reading after the other; none is thrown away for that."""
