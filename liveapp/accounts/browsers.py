"""A browser's own words about itself, in few ones that a person recognises it by."""

# The first that is found counts: many name others too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
    ("python", "a Python program"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
LONGEST = 500


def describe(user_agent: str) -> str:
    """`Firefox on Linux`; empty for what is not known. What a stranger wrote there is never shown."""
    told = user_agent[:LONGEST].lower()
    found = [
        next((word for sign, word in table if sign.lower() in told), "") for table in (BROWSERS, SYSTEMS)
    ]
    return " on ".join(word for word in found if word)
