"""The names of what webhooks are told. Pure."""

ACTIONS = {"add": "added", "update": "updated", "remove": "removed"}
ONLINE, OFFLINE, TEST = "presence.online", "presence.offline", "test"
PRESENCE = (ONLINE, OFFLINE)


def of_change(name: str, action: str) -> str:
    """`device` and `add` make `device.added`."""
    return f"{name}.{ACTIONS[action]}"
