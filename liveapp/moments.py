"""Numbers that are a time of our days in another unit than milliseconds, recognised. Pure."""

# 2001-09-09 to 2099, in seconds. Taken for milliseconds these are five weeks of 1970, when nobody measured.
FIRST_S, END_S = 10**9, 4_102_444_800
UNITS = {"seconds": 1, "microseconds": 10**6, "nanoseconds": 10**9}
# Between them lies every time in milliseconds that is none in another unit: no reading pays for more than this look.
LEAST_MS, END_MS = END_S, FIRST_S * 10**6


def in_other_unit(number: float) -> str:
    """What is wrong with a number that was to be milliseconds, and the mend; empty when it may be some."""
    if LEAST_MS <= number < END_MS:
        return ""
    for unit, per_second in UNITS.items():
        if FIRST_S * per_second <= number < END_S * per_second:
            time_ms = int(number) * 1000 // per_second
            return f"{int(number)} looks like {unit}. Send whole milliseconds since 1970 (UTC): {time_ms}."
    return ""
