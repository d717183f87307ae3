"""The production server."""

import gc

from learndj.server import spare_what_is_loaded


def test_the_program_itself_is_not_searched_for_garbage():
    try:
        spare_what_is_loaded()
        assert gc.get_freeze_count() > 100_000
        assert len(gc.get_objects()) < gc.get_freeze_count() / 10
    finally:
        gc.unfreeze()
