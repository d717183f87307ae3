"""Sense Live side by side with the usual ways, as ratios within one run."""
